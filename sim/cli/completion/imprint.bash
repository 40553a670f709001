# SPDX-License-Identifier: GPL-2.0-only
# bash completion of imprint(1). Its commands and options are those of the program's tables.

# Options, with the words of their values, and places of a command: into `options` and `places`.
_imprint_table() {
    options=() places=
    case $1 in
# @bash@
    esac
}

# The words of a value that is one of a few.
_imprint_values() {
    case $1 in
# @values@
    esac
}

# Names that `imprint list` knows; of one kind when an option is named after it (--mechanism).
_imprint_names() { # program option
    local kind=${2:2:8}
    [[ $kind != @(medium|backend) ]] || kind=media
    [ "$kind" != survive ] || kind=adversar
    "$1" list 2>/dev/null | awk -v kind="$kind" '
        /^[A-Z]/ { named = kind == "" || index(tolower($1), kind) == 1 }
        named && /^  [^ ]/ { print $1 }'
}

# What stands at this place: OPTION (a word in -), VALUE, or the table's word for it: FILE, DIR, NAME, RUN.
_imprint_place() { # before option
    local one
    if [ -n "$2" ]; then
        for one in "${options[@]}"; do
            [[ $one == "$2"=* ]] && echo "VALUE ${one#*=}" && return
        done
    fi
    if [[ $word == -* ]]; then
        echo OPTION
    elif [ "$places" = "DIR RUN" ]; then # the run comes after its folder
        [ -d "$1" ] && echo RUN || echo DIR
    else
        echo "$places"
    fi
}

_imprint() { # program word before, as bash calls it
    local program=$1 word=$2 before=$3 option='' places
    local -a options commands
    COMPREPLY=()
    if [ "$COMP_CWORD" -eq 1 ]; then
        commands=(
# @list@
        )
        mapfile -t COMPREPLY < <(compgen -W "${commands[*]%%:*} --help --version" -- "$word")
        return
    fi
    _imprint_table "${COMP_WORDS[1]}"
    [ "$word" != = ] || word= # bash breaks --out=DIR into three words
    case $before in
    =) option=${COMP_WORDS[COMP_CWORD - 2]} ;;
    --*) option=$before ;;
    esac
    local place head=
    place=$(_imprint_place "$before" "$option")
    case $place in
    OPTION) mapfile -t COMPREPLY < <(compgen -W "${options[*]%%=*}" -- "$word") ;;
    DIR | 'VALUE DIR') mapfile -t COMPREPLY < <(compgen -d -- "$word") ;;
    'VALUE FILE') mapfile -t COMPREPLY < <(compgen -f -- "$word") ;;
    FILE) mapfile -t COMPREPLY < <(compgen -d -- "$word"
        compgen -f -X '!*.@(lua|jsonl|csv)' -- "$word") ;;
    NAME | 'VALUE NAME') mapfile -t COMPREPLY < <(
        compgen -W "$(_imprint_names "$program" "$option")" -- "$word") ;;
    'VALUE NAME,...') # the last of a list
        [[ $word != *,* ]] || head=${word%,*},
        mapfile -t COMPREPLY < <(
            compgen -P "$head" -W "$(_imprint_names "$program" "$option")" -- "${word##*,}") ;;
    VALUE*) mapfile -t COMPREPLY < <(compgen -W "$(_imprint_values "${place#VALUE }")" -- "$word") ;;
    RUN) mapfile -t COMPREPLY < <(
        compgen -W "$("$program" show "$before" --csv 2>/dev/null | sed '1d; s/,.*//')" -- "$word") ;;
    esac
}
complete -o filenames -F _imprint imprint
