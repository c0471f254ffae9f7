/** Asks the program itself; what it answers goes with files where it says so. */
export const FISH_SCRIPT = String.raw`# fish completion for kubectl

function __kubectl_ask
    set -l words (commandline -opc) (string escape -- (commandline -ct))
    set -l command $words[1]
    set -e words[1]
    set -l lines (eval $command __complete $words 2>/dev/null)
    test (count $lines) -gt 0; or return 1
    set -g __kubectl_directive (string sub -s 2 -- $lines[-1])
    set -e lines[-1]
    set -g __kubectl_lines $lines
end

function __kubectl_bit
    test (math "floor($__kubectl_directive / $argv[1]) % 2") -eq 1
end

# Whether the program has something of its own to offer, and no files are meant.
function __kubectl_answers
    __kubectl_ask; or return 1
    __kubectl_bit 1; and return 1
    __kubectl_bit 8; and return 1
    __kubectl_bit 4; or test (count $__kubectl_lines) -gt 0
end

complete -c kubectl -e
complete -c kubectl -n 'not __kubectl_answers' -F
complete -c kubectl -n '__kubectl_answers' -f -k -a '(printf "%s\n" $__kubectl_lines)'
`;
