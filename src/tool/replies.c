/*
 * See replies.h.
 */
#include "tool/replies.h"

#include <string.h>

#include "base/options.h"

/* Takes one item off the list. False if it is malformed. */
static bool take_item(struct replies *replies, bool *winners)
{
    size_t len = strcspn(replies->rest, ",");
    char item[24];

    if (len >= sizeof item || (replies->rest[len] == ',' && replies->rest[len + 1] == '\0'))
        return false;
    memcpy(item, replies->rest, len);
    item[len] = '\0';
    replies->rest += len + (replies->rest[len] == ',' ? 1 : 0);
    *winners = strcmp(item, "winners") == 0;
    replies->for_ever = strcmp(item, "answers") == 0;
    if (replies->for_ever)
        return *replies->rest == '\0';
    return *winners || options_number(item, 0, UINT64_MAX, &replies->answers);
}

bool replies_init(struct replies *replies, const char *list)
{
    struct replies check = { .rest = list };
    bool winners;

    do {
        if (!take_item(&check, &winners))
            return false;
    } while (*check.rest != '\0');
    *replies = (struct replies){ .rest = list };
    return true;
}

enum sorteo_reply replies_next(struct replies *replies)
{
    bool winners;

    while (!replies->for_ever && replies->answers == 0) {
        if (*replies->rest == '\0' || !take_item(replies, &winners))
            return SORTEO_REPLY_NONE;
        if (winners)
            return SORTEO_REPLY_WINNERS;
    }
    if (!replies->for_ever)
        replies->answers--;
    return SORTEO_REPLY_ANSWER;
}
