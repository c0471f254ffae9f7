/** Asks the program itself, by whatever name or alias it was called. */
export const ZSH_SCRIPT = String.raw`#compdef kubectl
# zsh completion for kubectl

_kubectl()
{
    local out line value about directive request
    local -a shown space
    # Words stand as they were typed, quotes included: they are read as they will be when the line is run.
    request="\${words[1]} __complete \${words[2,CURRENT]}"
    [[ -z \${words[CURRENT]} ]] && request+=" ''"
    out=$(eval "$request" 2>/dev/null)
    directive=\${out##*:}
    out=\${out%:*}
    [[ $directive == <-> ]] || directive=0
    (( directive & 1 )) && return 1

    if (( directive & 8 )); then
        _files -g "*.(\${(j:|:)\${(f)out}})"
        return
    fi
    # Behind a flag and its = stands the value alone.
    [[ \${words[CURRENT]} == -*=* ]] && compset -P '*='
    for line in "\${(f)out}"; do
        [[ -z $line ]] && continue
        value=\${line%%$'\t'*}
        about=""
        [[ $line == *$'\t'* ]] && about=":\${line#*$'\t'}"
        shown+=("\${value//:/\\:}$about")
    done
    (( directive & 2 )) && space=(-S '')
    if (( \${#shown} > 0 )); then
        _describe -V 'completions' shown "\${space[@]}" && return
    fi
    (( directive & 4 )) || _files
}

if [[ $funcstack[1] == _kubectl ]]; then
    _kubectl
else
    compdef _kubectl kubectl
fi
`.replaceAll(String.raw`\${`, '${');
