/* A limit for lines about peers: see log_limit.h. */
#include "base/log_limit.h"

static bool is_over(const struct log_repeats *repeats, uint64_t now_ms)
{
    return repeats->used && now_ms - repeats->began_ms >= LOG_LIMIT_MS;
}

static bool is_same(const struct log_repeats *repeats, const struct log_kind *kind, uint64_t group, uint8_t version)
{
    return repeats->used && repeats->group == group && repeats->peer.version == version &&
           repeats->kind.action == kind->action && repeats->kind.reason == kind->reason &&
           repeats->kind.detail == kind->detail && repeats->kind.level == kind->level;
}

/* A place of the same kind and peer, or else a free one, or NULL. */
static struct log_repeats *find_place(struct log_limit *limit, const struct log_kind *kind, uint64_t group,
                                      uint8_t version)
{
    struct log_repeats *unused = NULL;

    for (unsigned i = 0; i < LOG_LIMIT_KINDS; i++) {
        if (is_same(&limit->places[i], kind, group, version))
            return &limit->places[i];
        if (unused == NULL && !limit->places[i].used)
            unused = &limit->places[i];
    }
    return unused;
}

static void begin(struct log_limit *limit, struct log_repeats *repeats, uint64_t now_ms)
{
    repeats->began_ms = now_ms;
    repeats->used = true;
    limit->used++;
}

bool log_limit_allows(struct log_limit *limit, const struct log_kind *kind, const struct peer_name *peer,
                      uint64_t now_ms)
{
    uint64_t group = peer_name_group(peer);
    struct log_repeats *place = find_place(limit, kind, group, peer->version);
    bool allowed = place != NULL && !place->used;

    if (place == NULL) {
        place = &limit->others;
        if (!place->used || place->kind.level < kind->level)
            place->kind.level = kind->level;
    }
    if (allowed)
        *place = (struct log_repeats){ .kind = *kind, .peer = *peer, .group = group };
    if (!place->used)
        begin(limit, place, now_ms);
    if (!allowed && place->count < UINT32_MAX)
        place->count++;
    return allowed;
}

static bool take(struct log_limit *limit, struct log_repeats *place, uint64_t now_ms, struct log_repeats *repeats)
{
    if (!is_over(place, now_ms))
        return false;
    *repeats = *place;
    *place = (struct log_repeats){ 0 };
    limit->used--;
    return true;
}

bool log_limit_take(struct log_limit *limit, uint64_t now_ms, struct log_repeats *repeats)
{
    for (unsigned i = 0; i < LOG_LIMIT_KINDS && limit->used > 0; i++)
        if (take(limit, &limit->places[i], now_ms, repeats))
            return true;
    return take(limit, &limit->others, now_ms, repeats);
}
