/*
 * See replies.h.
 */
#include "tool/replies.h"

#include <string.h>

#include "base/options.h"
#include "codec/frames.h"

/* NONE if the grammar has no reply of that name. */
static enum sorteo_reply reply_named(const char *name)
{
#define X(frame, reply)                                                                                                \
    if (strcmp(name, #reply) == 0)                                                                                     \
        return SORTEO_REPLY_##frame;
    REPLIES(X)
#undef X
    return SORTEO_REPLY_NONE;
}

/* Takes one item off the list. False if it is malformed. *named is NONE for a number of answers. */
static bool take_item(struct replies *replies, enum sorteo_reply *named)
{
    size_t len = strcspn(replies->rest, ",");
    char item[64];

    if (len >= sizeof item || (replies->rest[len] == ',' && replies->rest[len + 1] == '\0'))
        return false;
    memcpy(item, replies->rest, len);
    item[len] = '\0';
    replies->rest += len + (replies->rest[len] == ',' ? 1 : 0);
    *named = reply_named(item);
    replies->for_ever = strcmp(item, "answers") == 0;
    if (replies->for_ever)
        return *replies->rest == '\0';
    return *named != SORTEO_REPLY_NONE || options_number(item, 0, UINT64_MAX, &replies->answers);
}

bool replies_init(struct replies *replies, const char *list)
{
    struct replies check = { .rest = list };
    enum sorteo_reply named;

    do {
        if (!take_item(&check, &named))
            return false;
    } while (*check.rest != '\0');
    *replies = (struct replies){ .rest = list };
    return true;
}

enum sorteo_reply replies_next(struct replies *replies)
{
    enum sorteo_reply named;

    while (!replies->for_ever && replies->answers == 0) {
        if (*replies->rest == '\0' || !take_item(replies, &named))
            return SORTEO_REPLY_NONE;
        if (named != SORTEO_REPLY_NONE)
            return named;
    }
    if (!replies->for_ever)
        replies->answers--;
    return SORTEO_REPLY_ANSWER;
}
