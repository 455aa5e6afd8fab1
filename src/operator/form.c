/* Requests and replies: see form.h. */
#include "operator/form.h"

#include <stdbool.h>
#include <stddef.h>
#include <string.h>

_Static_assert(sizeof(struct operator_request) == 16 + 2 * OPERATOR_NAME_MAX, "no padding, which would be sent");
_Static_assert(sizeof(struct operator_reply) == 20 + OPERATOR_TEXT_MAX, "no padding, which would be sent");

struct operator_request operator_request_of(enum operator_what what, uint8_t agency)
{
    return (struct operator_request){
        .magic = OPERATOR_MAGIC, .version = OPERATOR_VERSION, .what = (uint8_t)what, .agency = agency
    };
}

struct operator_reply operator_reply_of(enum operator_kind kind)
{
    return (struct operator_reply){ .magic = OPERATOR_MAGIC, .version = OPERATOR_VERSION, .kind = (uint32_t)kind };
}

static bool ends(const char *text, size_t cap)
{
    return memchr(text, 0, cap) != NULL;
}

static bool is_zero(const uint8_t *bytes, size_t len)
{
    for (size_t i = 0; i < len; i++)
        if (bytes[i] != 0)
            return false;
    return true;
}

static const char *head_doubt(uint32_t magic, uint32_t version)
{
    if (magic != OPERATOR_MAGIC)
        return "bytes that no sorteo sends";
    return version != OPERATOR_VERSION ? "another version of this program: use the sorteo of the server's version"
                                       : NULL;
}

const char *operator_request_doubt(const struct operator_request *request, int fd)
{
    const char *doubt = head_doubt(request->magic, request->version);

    if (doubt != NULL)
        return doubt;
    if (request->what < OPERATOR_COPY || request->what > OPERATOR_FINISH)
        return "an unknown request";
    if (!is_zero(request->reserved, sizeof request->reserved) || !ends(request->user, sizeof request->user) ||
        !ends(request->host, sizeof request->host))
        return "a request out of form";
    if ((request->agency == 0) != (request->what == OPERATOR_COPY))
        return "a request with an agency where none may be, or without one";
    if ((fd == -1) != (request->what == OPERATOR_FINISH))
        return "a request with a descriptor where none may be, or without one";
    return NULL;
}

const char *operator_reply_doubt(const struct operator_reply *reply)
{
    const char *doubt = head_doubt(reply->magic, reply->version);

    if (doubt != NULL)
        return doubt;
    if (reply->kind < OPERATOR_PROGRESS || reply->kind > OPERATOR_UNKNOWN || !ends(reply->text, sizeof reply->text))
        return "a reply out of form";
    return NULL;
}

const char *operator_what_name(unsigned what)
{
    static const char *const names[] = {
        [OPERATOR_COPY] = "copy", [OPERATOR_COUNT] = "count", [OPERATOR_FINISH] = "finish"
    };
    return what < sizeof names / sizeof *names && names[what] != NULL ? names[what] : "unknown";
}
