# SPDX-License-Identifier: GPL-2.0-only
# bash completion of imprint(1)
_imprint()
{
    local word=${COMP_WORDS[COMP_CWORD]} before=${COMP_WORDS[COMP_CWORD-1]} options
    COMPREPLY=()
    if [ "$COMP_CWORD" -eq 1 ]; then
        mapfile -t COMPREPLY < <(compgen -W "list describe plan run show plot attack trace replay --help --version" -- "$word")
        return
    fi
    case $before in
    --out) mapfile -t COMPREPLY < <(compgen -d -- "$word"); return ;;
    --seed | --replications | --jobs | --time-limit | --set) return ;;
    esac
    case ${COMP_WORDS[1]} in
    list) options="--json" ;;
    plan) options="--explain --set --seed --replications" ;;
    run) options="--out --set --seed --replications --jobs --time-limit --pcap --quiet" ;;
    attack) options="--mechanism --adversary --against --seeds --jobs --out --quiet" ;;
    trace) options="--text --json --device" ;;
    replay) options="--step" ;;
    show) options="--csv --json --devices --verdicts" ;;
    describe)
        options=$(imprint list 2>/dev/null | sed -n 's/^  \([^ ][^ ]*\) .*/\1/p') ;;
    *) options="" ;;
    esac
    if [[ $word == -* || ${COMP_WORDS[1]} == describe ]]; then
        mapfile -t COMPREPLY < <(compgen -W "$options --help" -- "$word")
    elif [[ ${COMP_WORDS[1]} == @(show|plot|trace|replay) ]]; then
        mapfile -t COMPREPLY < <(compgen -d -- "$word")
    else
        mapfile -t COMPREPLY < <(compgen -f -X '!*.@(lua|jsonl)' -- "$word"; compgen -d -- "$word")
    fi
}
complete -o filenames -F _imprint imprint
