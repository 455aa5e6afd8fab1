/* What no process says while it works: see doubt.h. */
#include "server/channel/doubt.h"

#include <stddef.h>

#include "base/byte_set.h"

/* A number from the future would make every later connection of its agency an older one, for
 * ever. */
static const char *doubt_number(uint64_t number, uint64_t now_ns)
{
    if (number == 0)
        return "a connection without a number";
    return number > now_ns ? "a connection from the future" : NULL;
}

static const char *doubt_frame(const struct message *message, uint64_t now_ns)
{
    if (message->kind >= FRAME_KINDS)
        return "a frame of no kind";
    if (message->port >= SPEAKERS_PORTS || (message->kind == FRAME_SINGLE) != (message->port == 1))
        return "a frame that its port does not have";
    if (message->len == 0)
        return "a frame without bytes";
    return doubt_number(message->number, now_ns);
}

static const char *doubt_agencies(const struct message *message, uint64_t now_ns)
{
    if (message->port >= SPEAKERS_PORTS)
        return "an unknown port";
    if (message->len != sizeof(struct byte_set))
        return "an invalid set of agencies";
    return doubt_number(message->number, now_ns);
}

const char *doubt_message(const struct message *message, uint64_t slots, uint64_t now_ns)
{
    if ((uint32_t)message->connection >= slots)
        return "a connection beyond all that a worker holds";
    if (message->type == MESSAGE_FRAME)
        return doubt_frame(message, now_ns);
    if (message->type == MESSAGE_AGENCIES)
        return doubt_agencies(message, now_ns);
    if (message->type > MESSAGE_AGENCIES)
        return "a message that workers do not send";
    return message->len > 0 ? "a message with a body that it does not have" : NULL;
}

const char *doubt_handoff(const struct handoff_note *note, int fd, uint64_t began_ns, uint64_t now_ns)
{
    if (fd != -1)
        return "a descriptor that was not asked for";
    if (note->type < HANDOFF_TAKEN || note->type > HANDOFF_HAVE_ALL)
        return "a note that workers do not send";
    if (note->type == HANDOFF_HAVE_ALL)
        return note->number != 0 ? "all that it has, and one more" : NULL;
    if (note->type == HANDOFF_HAVE && note->number >= began_ns)
        return "a connection that it cannot have had before";
    if (note->origin >= ADDRESS_ORIGINS)
        return "an address of no origin";
    if (note->port >= PORTS)
        return "an unknown port";
    return doubt_number(note->number, now_ns);
}

const char *doubt_control(enum child_role role, const struct control_note *note, int fd, uint32_t workers)
{
    bool speaks_of_store = note->type == CONTROL_READY || note->type == CONTROL_COLLECTED;

    if (fd != -1)
        return "a descriptor that was not asked for";
    if (note->type == CONTROL_BEAT || (speaks_of_store && role == ROLE_COMMITTER))
        return NULL;
    if (note->type != CONTROL_EXPEL || role == ROLE_WORKER || role == ROLE_OBSERVER || role == ROLE_RECORDER)
        return "a note that it does not send";
    return note->value >= workers ? "an unknown worker" : NULL;
}
