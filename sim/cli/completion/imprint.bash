# SPDX-License-Identifier: GPL-2.0-only
# bash completion of imprint(1). It knows no command and no option: it reads them from the program's own
# --help, so that it is never behind.

# Names that `imprint list` knows; of one kind when an option is named after it (--mechanism).
_imprint_names() { # program option
    "$1" list 2>/dev/null | awk -v kind="${2:2:8}" '
        /^[A-Z]/ { named = kind == "" || index(tolower($1), kind) == 1 }
        named && /^  [^ ]/ { print $1 }'
}

# What stands at this place: OPTION (a word in -), or the help's word for it: FILE, DIR, NAME, RUN.
_imprint_place() { # help word before option
    local kind=
    [ -z "$4" ] || kind=$(sed -n "s/^ .* $4=\([A-Z]*\).*/\1/p" <<<"$1" | head -n 1)
    if [ -n "$kind" ]; then
        echo "$kind"
    elif [[ $2 == -* ]]; then
        echo OPTION
    else
        kind=$(head -n 1 <<<"$1" | grep -oE '\] (FILE|DIR RUN|DIR|NAME)' | cut -c 3-)
        if [ "$kind" = "DIR RUN" ]; then # the run comes after its folder
            [ -d "$3" ] && kind=RUN || kind=DIR
        fi
        echo "$kind"
    fi
}

_imprint() { # program word before, as bash calls it
    local program=$1 word=$2 before=$3 help option=
    COMPREPLY=()
    if [ "$COMP_CWORD" -eq 1 ]; then
        help=$("$program" --help 2>/dev/null | sed -n 's/^  \([a-z]*\)  .*/\1/p')
        mapfile -t COMPREPLY < <(compgen -W "$help --help --version" -- "$word")
        return
    fi
    help=$("$program" "${COMP_WORDS[1]}" --help 2>/dev/null) || return
    [ "$word" != = ] || word= # bash breaks --out=DIR into three words
    case $before in
    =) option=${COMP_WORDS[COMP_CWORD - 2]} ;;
    --*) option=$before ;;
    esac
    case $(_imprint_place "$help" "$word" "$before" "$option") in
    OPTION) mapfile -t COMPREPLY < <(
        compgen -W "$(grep -oE '^ .*--[a-z-]+' <<<"$help" | grep -oE -- '--[a-z-]+')" -- "$word") ;;
    DIR) mapfile -t COMPREPLY < <(compgen -d -- "$word") ;;
    FILE) mapfile -t COMPREPLY < <(compgen -d -- "$word"
        compgen -f -X '!*.@(lua|jsonl|csv)' -- "$word") ;;
    NAME) mapfile -t COMPREPLY < <(
        compgen -W "$(_imprint_names "$program" "$option")" -- "$word") ;;
    RUN) mapfile -t COMPREPLY < <(
        compgen -W "$("$program" show "$before" --csv 2>/dev/null | sed '1d; s/,.*//')" -- "$word") ;;
    esac
}
complete -o filenames -F _imprint imprint
