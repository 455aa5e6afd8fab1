#!/bin/sh
#
# embed.sh PAGE: prints C that holds the page (server/observe/page.h), with the policy that a browser enforces on it:
# only its own style and script, known by their digests, and requests to the server that it came from.

set -eu
export LC_ALL=C
page=$1

# content_of TAG: what is between <TAG> and </TAG>, each of which has a line of its own.
content_of() {
    echo
    sed -n "/^<$1>\$/,/^<\/$1>\$/{//!p;}" "$page"
}

# digest_of TAG: 'sha256-…', as a policy names the content.
digest_of() {
    hex=$(content_of "$1" | sha256sum | cut -c 1-64)
    # shellcheck disable=SC2059 # escapes are what it is for
    printf "'sha256-%s'" "$(printf "$(printf %s "$hex" | sed 's/../0x& /g' | awk '{
        for (i = 1; i <= NF; i++) {
            high = index("0123456789abcdef", substr($i, 3, 1)) - 1
            low = index("0123456789abcdef", substr($i, 4, 1)) - 1
            printf "\\%03o", 16 * high + low
        }
    }')" | base64)"
}

cat <<END
/* Made by src/server/observe/embed.sh from page.html. Not to be edited. */
#include "server/observe/page.h"

const char page_policy[] = "default-src 'none'; connect-src 'self'; img-src data:; base-uri 'none'; "
                           "form-action 'none'; frame-ancestors 'none'; style-src $(digest_of style); "
                           "script-src $(digest_of script)";
const char page_html[] = {
END
od -An -v -tu1 "$page" | awk '{
    for (i = 1; i <= NF; i++)
        printf "%s%d,", (i == 1 ? "    " : " "), ($i > 127 ? $i - 256 : $i)
    print ""
}'
cat <<END
};
const size_t page_html_len = sizeof page_html;
END
