/** Asks the program itself, by whatever name or alias it was called; also behind `tiphys kubectl`. */
export const BASH_SCRIPT = String.raw`# bash completion for kubectl

__kubectl_complete()
{
    local cur out line value directive word before
    COMPREPLY=()
    # What readline takes for several words, kubectl takes for one: up to a blank.
    before=\${COMP_LINE:0:COMP_POINT}
    cur=\${before##*[[:blank:]]}
    local -a words
    read -ra words <<<"$before"
    [[ -z $cur ]] && words+=("")
    ((\${#words[@]} < 2)) && return

    local command=\${words[0]} skipped=1
    if [[ \${command##*/} == tiphys ]]; then
        [[ \${words[1]} == kubectl ]] || return
        ((\${#words[@]} < 3)) && return
        command+=" kubectl"
        skipped=2
    fi
    local request="$command __completeNoDesc"
    for word in "\${words[@]:skipped}"; do
        # A variable is meant to be expanded, as it will be when the line is run.
        if [[ -z $word ]]; then request+=" ''"; else request+=" $word"; fi
    done
    out=$(eval "$request" 2>/dev/null) || return
    directive=\${out##*:}
    out=\${out%:*}
    [[ $directive =~ ^[0-9]+$ ]] || directive=0
    ((directive & 1)) && return

    if ((directive & 8)); then
        compopt -o filenames
        local wanted="@($(tr '\n' '|' <<<"$out" | sed 's/|*$//'))"
        local extglob
        extglob=$(shopt -p extglob)
        shopt -s extglob
        while IFS= read -r line; do
            [[ -d $line || $line == *.$wanted ]] && COMPREPLY+=("$line")
        done < <(compgen -f -- "\${cur#*=}")
        eval "$extglob"
        return
    fi
    ((directive & 2)) && compopt -o nospace
    ((directive & 4)) && compopt +o default

    # Readline replaces what stands behind the last of its own word breaks.
    value=$cur
    [[ $cur == -*=* ]] && value=\${cur#*=}
    local kept=""
    [[ $value == *:* && $COMP_WORDBREAKS == *:* ]] && kept=\${value%"\${value##*:}"}
    while IFS= read -r line; do
        [[ -n $line && $line == "$value"* ]] && COMPREPLY+=("\${line#"$kept"}")
    done <<<"$out"
}

complete -o default -F __kubectl_complete kubectl tiphys
`.replaceAll(String.raw`\${`, '${');
