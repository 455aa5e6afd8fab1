# completion.awk: makes a shell's completions of a program from what its --help prints.
#
#     awk -v shell=bash|zsh|fish -v program=sorteo -v folder=FOLDER -f completion.awk
#
# FOLDER/PROGRAM.help is that text; if it lists commands, FOLDER/PROGRAM-COMMAND.help is the text of each. An option's
# metavar tells what to complete: FILE, PATH and PLACE are files, LEVEL is a log level, and words in small letters
# between "|" are the values that are allowed. Its help says if it can be given several times. Words in small letters
# that stand in the usage are completed as operands. Knows no option.

BEGIN {
    read_help(folder "/" program ".help", "")
    for (i = 1; i <= command_count; i++)
        read_help(folder "/" program "-" commands[i] ".help", commands[i])
    if (shell == "bash") write_bash()
    else if (shell == "zsh") write_zsh()
    else write_fish()
}

# ---- Reading --help ------------------------------------------------------------------------------

function read_help(path, command,    line, part) {
    while ((getline line <path) > 0) {
        if (line ~ /^Usage: /) {
            takes_file[command] = line ~ /FILE|csv/
            operands[command] = operands_of(line)
        } else if (line == "Options:" || line == "Commands:")
            part = line
        else if (line == "")
            part = ""
        else if (part == "Options:")
            read_option(command, line)
        else if (part == "Commands:" && line !~ /^  help /)
            read_command(line)
    }
    close(path)
}

# "server client" of "Usage: sorteo conform [OPTION]... server HOST:PORT | client COMMAND...".
function operands_of(line,    words, count, i, list) {
    if (!sub(/^.*\[OPTION\]\.\.\. */, "", line))
        return ""
    count = split(line, words, " ")
    for (i = 1; i <= count; i++)
        if (words[i] ~ /^[a-z]+$/)
            list = list (list == "" ? "" : " ") words[i]
    return list
}

function read_command(line) {
    sub(/^ +/, "", line)
    commands[++command_count] = substr(line, 1, index(line, " ") - 1)
    sub(/^[^ ]+ +/, "", line)
    abouts[command_count] = harmless(line)
}

function read_option(command, line,    i, head, gap, words) {
    i = counts[command]
    if (line ~ /^  --/) {
        i = ++counts[command]
        head = substr(line, 5)
        gap = index(head, "  ")
        if (gap > 0) {
            helps[command, i] = substr(head, gap)
            head = substr(head, 1, gap - 1)
        }
        split(head, words, " ")
        names[command, i] = words[1]
        metavars[command, i] = words[2]
    } else {
        helps[command, i] = helps[command, i] " " line
    }
    gsub(/ +/, " ", helps[command, i])
    sub(/^ /, "", helps[command, i])
}

# ---- What an option takes ------------------------------------------------------------------------

# The words that may be given for it, "" if there are others.
function words_of(metavar,    words, count, i, list) {
    if (metavar == "LEVEL")
        return "DEBUG INFO WARNING ERROR CRITICAL"
    if (metavar !~ /\|/)
        return ""
    count = split(metavar, words, "|")
    for (i = 1; i <= count; i++) {
        sub(/\[.*/, "", words[i])
        if (words[i] ~ /^[a-z-]+$/)
            list = list (list == "" ? "" : " ") words[i]
    }
    return list
}

function is_file(metavar) {
    return metavar ~ /^(FILE|PATH|PLACE|FOLDER)/
}

function is_repeatable(command, i) {
    return helps[command, i] ~ /can also be given several times/
}

# Text without what shells would take for something else.
function harmless(text) {
    gsub(/\[|\]/, "", text)
    gsub(/[:"`$\\]/, "", text)
    gsub(/'/, "’", text)
    return text
}

# The first sentence, or what is before its colon, unless that says nothing without the rest: a value, or what the
# option goes with ("With --pcap: only connections to this port").
function about(command, i,    text) {
    text = helps[command, i]
    if (text ~ /^[^ ]+:/ || text ~ /^With [^:]*:/)
        sub(/:/, ",", text)
    if (match(text, /[.;:]( |$)/))
        text = substr(text, 1, RSTART - 1)
    return harmless(text)
}

# ---- bash ----------------------------------------------------------------------------------------

function all_options(command,    i, list) {
    for (i = 1; i <= counts[command]; i++)
        list = list (i > 1 ? " " : "") "--" names[command, i]
    return list
}

function write_bash_options(command, indent,    i, metavar) {
    print indent "case $before in"
    for (i = 1; i <= counts[command]; i++) {
        metavar = metavars[command, i]
        if (metavar == "")
            continue
        printf "%s--%s) ", indent, names[command, i]
        if (words_of(metavar) != "")
            print "COMPREPLY=($(compgen -W '" words_of(metavar) "' -- \"$word\")); return ;;"
        else if (is_file(metavar))
            print "compopt -o filenames; COMPREPLY=($(compgen -f -- \"$word\")); return ;;"
        else
            print "return ;;"
    }
    print indent "esac"
    print indent "if [[ $word == -* ]]; then"
    print indent "    COMPREPLY=($(compgen -W '" all_options(command) "' -- \"$word\"))"
    if (operands[command] != "") {
        print indent "else"
        print indent "    COMPREPLY=($(compgen -W '" operands[command] "' -- \"$word\"))"
    } else if (takes_file[command]) {
        print indent "else"
        print indent "    compopt -o filenames; COMPREPLY=($(compgen -f -- \"$word\"))"
    }
    print indent "fi"
}

function write_bash(    i, list, name) {
    name = program
    gsub(/-/, "_", name)
    print "# bash completion of " program ", made from its --help."
    print "_" name "() {"
    print "    local word=${COMP_WORDS[COMP_CWORD]} before=${COMP_WORDS[COMP_CWORD - 1]}"
    print "    COMPREPLY=()"
    print "    if [[ $word == '=' ]]; then         # --option=VALUE comes as three words"
    print "        word=''"
    print "    elif [[ $before == '=' ]]; then"
    print "        before=${COMP_WORDS[COMP_CWORD - 2]}"
    print "    fi"
    if (command_count == 0) {
        write_bash_options("", "    ")
    } else {
        for (i = 1; i <= command_count; i++)
            list = list commands[i] " "
        print "    if [[ $COMP_CWORD -eq 1 || ( $COMP_CWORD -eq 2 && ${COMP_WORDS[1]} == help ) ]]; then"
        print "        COMPREPLY=($(compgen -W '" list "help --help --version' -- \"$word\"))"
        print "        return"
        print "    fi"
        print "    case ${COMP_WORDS[1]} in"
        for (i = 1; i <= command_count; i++) {
            print "    " commands[i] ")"
            write_bash_options(commands[i], "        ")
            print "        ;;"
        }
        print "    esac"
    }
    print "}"
    print "complete -F _" name " " program
}

# ---- zsh -----------------------------------------------------------------------------------------

function write_zsh_options(command, indent,    i, metavar, line) {
    print indent "_arguments \\"
    for (i = 1; i <= counts[command]; i++) {
        metavar = metavars[command, i]
        line = indent "    '" (is_repeatable(command, i) ? "*" : "") "--" names[command, i]
        line = line (metavar != "" ? "=" : "") "[" about(command, i) "]"
        if (words_of(metavar) != "")
            line = line ":value:(" words_of(metavar) ")"
        else if (is_file(metavar))
            line = line ":file:_files"
        else if (metavar != "")
            line = line ":value:"
        print line "'" (i < counts[command] || takes_file[command] || operands[command] != "" ? " \\" : "")
    }
    if (operands[command] != "")
        print indent "    '1:operand:(" operands[command] ")'"
    if (takes_file[command])
        print indent "    '*:file:_files'"
}

function write_zsh(    i, name) {
    name = program
    gsub(/-/, "_", name)
    print "#compdef " program
    print "# zsh completion of " program ", made from its --help."
    print "_" name "() {"
    if (command_count == 0) {
        write_zsh_options("", "    ")
    } else {
        print "    local -a commands=("
        for (i = 1; i <= command_count; i++)
            print "        '" commands[i] ":" abouts[i] "'"
        print "        'help:what one of these does'"
        print "    )"
        print "    if (( CURRENT == 2 )) || [[ $CURRENT == 3 && $words[2] == help ]]; then"
        print "        _describe command commands"
        print "        return"
        print "    fi"
        print "    local command=$words[2]"
        print "    shift words"
        print "    (( CURRENT-- ))"
        print "    case $command in"
        for (i = 1; i <= command_count; i++) {
            print "    " commands[i] ")"
            write_zsh_options(commands[i], "        ")
            print "        ;;"
        }
        print "    esac"
    }
    print "}"
    print "_" name " \"$@\""
}

# ---- fish ----------------------------------------------------------------------------------------

function write_fish_options(command,    i, metavar, line) {
    if (operands[command] != "")
        print "complete -c " program " -n '__fish_seen_subcommand_from " command "' -f -a '" operands[command] "'"
    for (i = 1; i <= counts[command]; i++) {
        metavar = metavars[command, i]
        line = "complete -c " program (command != "" ? " -n '__fish_seen_subcommand_from " command "'" : "")
        line = line " -l " names[command, i]
        if (words_of(metavar) != "")
            line = line " -x -a '" words_of(metavar) "'"
        else if (is_file(metavar))
            line = line " -r -F"
        else if (metavar != "")
            line = line " -x"
        print line " -d '" about(command, i) "'"
    }
}

function write_fish(    i) {
    print "# fish completion of " program ", made from its --help."
    if (command_count == 0 && !takes_file[""])
        print "complete -c " program " -f"
    for (i = 1; i <= command_count; i++) {
        if (!takes_file[commands[i]])
            print "complete -c " program " -n '__fish_seen_subcommand_from " commands[i] "' -f"
        print "complete -c " program " -n __fish_use_subcommand -f -a " commands[i] " -d '" abouts[i] "'"
    }
    if (command_count > 0) {
        print "complete -c " program " -n __fish_use_subcommand -f -a help -d 'what one of these does'"
        for (i = 1; i <= command_count; i++)
            print "complete -c " program " -n '__fish_seen_subcommand_from help' -f -a " commands[i] \
                " -d '" abouts[i] "'"
    }
    write_fish_options("")
    for (i = 1; i <= command_count; i++)
        write_fish_options(commands[i])
}
