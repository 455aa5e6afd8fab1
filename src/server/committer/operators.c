/* Operators' tools: see operators.h. */
#include "server/committer/operators.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/socket.h>
#include <unistd.h>

#include "base/fault.h"
#include "base/log.h"
#include "base/packet.h"
#include "base/system.h"
#include "operator/form.h"

#define REQUEST_WAIT_MS 5000u /* from its connection on */
#define PROGRESS_MS 500u      /* between two words on how far a copy is */

struct operator_tool {
    struct operators *operators;
    uv_poll_t poll;
    uv_timer_t timer;
    unsigned handles; /* not closed yet */
    int line;
    int file; /* that is written; -1: none */
    struct ucred who;
    struct operator_request request; /* what is all zeros until it has come */
    struct store_copy *copy;
    uint64_t told_ms; /* when it last heard how far the copy is */
};

/* ---- Its end --------------------------------------------------------------------------------- */

static void on_handle_closed(uv_handle_t *handle)
{
    struct operator_tool *tool = handle->data;

    if (--tool->handles > 0)
        return;
    close(tool->line);
    free(tool);
}

static bool anything_is_copied(const struct operators *operators)
{
    for (unsigned i = 0; i < OPERATORS_MAX; i++)
        if (operators->tools[i] != NULL && operators->tools[i]->copy != NULL)
            return true;
    return false;
}

static void end_copy(struct operator_tool *tool)
{
    store_copy_end(tool->copy);
    tool->copy = NULL;
    if (tool->file != -1)
        close(tool->file);
    tool->file = -1;
    if (!anything_is_copied(tool->operators))
        uv_idle_stop(&tool->operators->steps);
}

static void leave(struct operator_tool *tool)
{
    for (unsigned i = 0; i < OPERATORS_MAX; i++)
        if (tool->operators->tools[i] == tool)
            tool->operators->tools[i] = NULL;
    end_copy(tool);
    uv_close((uv_handle_t *)&tool->poll, on_handle_closed);
    uv_close((uv_handle_t *)&tool->timer, on_handle_closed);
}

static void tell(const struct operator_tool *tool, enum operator_kind kind, const char *text)
{
    struct operator_reply reply = operator_reply_of(kind);

    snprintf(reply.text, sizeof reply.text, "%s", text);
    (void)packet_send(tool->line, &reply, sizeof reply, -1); /* a tool that does not read misses it */
}

static void log_failure(const struct operator_tool *tool, const char *reason)
{
    char text[256];

    log_event(LOG_WARNING, "operator", LOG_FAIL, "request: %s | agency: %u | uid: %ld | reason: %s",
              operator_what_name(tool->request.what), tool->request.agency, (long)tool->who.uid,
              log_clean(text, sizeof text, reason));
}

static void fail(struct operator_tool *tool, enum operator_kind kind, const char *reason)
{
    log_failure(tool, reason);
    tell(tool, kind, reason);
    leave(tool);
}

static void succeed(struct operator_tool *tool, const char *text)
{
    log_event(LOG_INFO, "operator", LOG_SUCCESS, "request: %s | agency: %u | uid: %ld",
              operator_what_name(tool->request.what), tool->request.agency, (long)tool->who.uid);
    FAULT_POINT("operator-served");
    tell(tool, OPERATOR_DONE, text);
    leave(tool);
}

/* ---- Copies ---------------------------------------------------------------------------------- */

static void tell_progress(struct operator_tool *tool, const struct store_copied *copied)
{
    struct operator_reply reply = operator_reply_of(OPERATOR_PROGRESS);
    uint64_t now_ms = clock_ms();

    if (now_ms - tool->told_ms < PROGRESS_MS)
        return;
    tool->told_ms = now_ms;
    reply.pages = copied->pages;
    reply.left = copied->left;
    (void)packet_send(tool->line, &reply, sizeof reply, -1);
}

static void step(struct operator_tool *tool)
{
    struct store_copied copied;
    struct store_error error;

    if (store_copy_step(tool->copy, &copied, &error) != STORE_OK)
        fail(tool, OPERATOR_FAILED, error.text);
    else if (copied.done)
        succeed(tool, "");
    else
        tell_progress(tool, &copied);
}

/* One step of each in each turn: whatever comes from workers and the supervisor is read in
 * between. */
static void on_steps(uv_idle_t *idle)
{
    struct operators *operators = idle->data;

    commit_cycle_end_group(operators->cycle); /* which may lose the store, and so end the copies */
    for (unsigned i = 0; i < OPERATORS_MAX; i++)
        if (operators->tools[i] != NULL && operators->tools[i]->copy != NULL)
            step(operators->tools[i]);
}

/* Where nothing is answered, nothing more is stored either. */
static void end_connections(struct operator_tool *tool)
{
    struct commit_cycle *cycle = tool->operators->cycle;

    if (cycle->recovery.store != NULL && rounds_serves(&cycle->judge.rounds, tool->request.agency))
        commit_cycle_end_connections(cycle, tool->request.agency);
}

static void begin_copy(struct operator_tool *tool)
{
    struct commit_cycle *cycle = tool->operators->cycle;
    struct store_error error;

    if (tool->request.what == OPERATOR_COUNT)
        end_connections(tool);
    commit_cycle_end_group(cycle);
    struct store *store = store_recovery_held(&cycle->recovery);
    if (store == NULL) {
        fail(tool, OPERATOR_FAILED, "the server's store has failed, and is being opened again: see the server's log");
        return;
    }
    if (store_copy_begin(store, tool->file, &tool->copy, &error) != STORE_OK) {
        fail(tool, OPERATOR_FAILED, error.text);
        return;
    }
    uv_idle_start(&tool->operators->steps, on_steps);
}

/* The store is about to be closed. What is left of one that was moved can be asked for again. */
static void on_store_lost(void *owner)
{
    struct operators *operators = owner;

    for (unsigned i = 0; i < OPERATORS_MAX; i++)
        if (operators->tools[i] != NULL && operators->tools[i]->copy != NULL)
            fail(operators->tools[i], OPERATOR_FAILED, "the server's store failed meanwhile: try again");
}

/* ---- Requests -------------------------------------------------------------------------------- */

static void finish(struct operator_tool *tool)
{
    char text[OPERATOR_TEXT_MAX];
    const struct operator_request *request = &tool->request;

    switch (commit_cycle_finish_absent(tool->operators->cycle, request->agency, tool->who.uid, request->user,
                                       request->host, text, sizeof text)) {
    case STORE_OK:
        succeed(tool, text);
        break;
    case STORE_UNKNOWN:
        fail(tool, OPERATOR_UNKNOWN, text);
        break;
    default:
        fail(tool, OPERATOR_FAILED, text);
        break;
    }
}

static void heed(struct operator_tool *tool)
{
    struct operator_reply begun = operator_reply_of(OPERATOR_PROGRESS);

    uv_timer_stop(&tool->timer);
    (void)packet_send(tool->line, &begun, sizeof begun, -1);
    tool->told_ms = clock_ms();
    FAULT_POINT("operator-heard");
    if (tool->request.what == OPERATOR_FINISH)
        finish(tool);
    else
        begin_copy(tool);
}

/* Nothing may come after its request but the line's end. */
static void on_more(struct operator_tool *tool, enum packet_outcome outcome)
{
    if (outcome == PACKET_END) {
        log_failure(tool, "the tool has ended");
        leave(tool);
    } else if (outcome != PACKET_NONE) {
        fail(tool, OPERATOR_FAILED, "a second request on one connection");
    }
}

static void on_request(struct operator_tool *tool, enum packet_outcome outcome, const struct operator_request *came)
{
    const char *doubt = outcome == PACKET_CAME ? operator_request_doubt(came, tool->file) : NULL;

    if (outcome == PACKET_END)
        leave(tool); /* it only asked whether a server is here */
    else if (outcome == PACKET_MALFORMED)
        fail(tool, OPERATOR_FAILED, "a request of no length that this version of the server knows");
    else if (doubt != NULL)
        fail(tool, OPERATOR_FAILED, doubt);
    else if (outcome == PACKET_CAME) {
        tool->request = *came;
        heed(tool);
    }
}

static void on_readable(uv_poll_t *poll, int status, int events)
{
    struct operator_tool *tool = poll->data;
    struct operator_request came;
    int fd = -1;
    enum packet_outcome outcome = status < 0 ? PACKET_END : packet_receive(tool->line, &came, sizeof came, &fd);

    (void)events;
    if (tool->request.what != 0) {
        if (fd != -1)
            close(fd);
        on_more(tool, outcome);
        return;
    }
    tool->file = fd;
    on_request(tool, outcome, &came);
}

static void on_timeout(uv_timer_t *timer)
{
    fail(timer->data, OPERATOR_FAILED, "no request came in time");
}

/* ---- Coming and going ------------------------------------------------------------------------ */

static struct operator_tool **free_place(struct operators *operators)
{
    for (unsigned i = 0; i < OPERATORS_MAX; i++)
        if (operators->tools[i] == NULL)
            return &operators->tools[i];
    return NULL;
}

static void refuse(int fd)
{
    struct operator_reply reply = operator_reply_of(OPERATOR_FAILED);

    snprintf(reply.text, sizeof reply.text, "the server serves %d others already: try again", OPERATORS_MAX);
    (void)packet_send(fd, &reply, sizeof reply, -1);
    close(fd);
}

static struct operator_tool *new_tool(struct operators *operators, int fd)
{
    struct operator_tool *tool = calloc(1, sizeof *tool);
    socklen_t len = sizeof tool->who;

    if (tool == NULL)
        return NULL;
    *tool = (struct operator_tool){ .operators = operators, .line = fd, .file = -1 };
    if (getsockopt(fd, SOL_SOCKET, SO_PEERCRED, &tool->who, &len) == 0 &&
        uv_poll_init(operators->loop, &tool->poll, fd) == 0)
        return tool;
    free(tool);
    return NULL;
}

void operators_admit(struct operators *operators, int fd)
{
    struct operator_tool **place = free_place(operators);
    struct operator_tool *tool = place == NULL ? NULL : new_tool(operators, fd);

    if (tool == NULL) {
        refuse(fd);
        return;
    }
    *place = tool;
    uv_timer_init(operators->loop, &tool->timer);
    tool->handles = 2;
    tool->poll.data = tool->timer.data = tool;
    uv_timer_start(&tool->timer, on_timeout, REQUEST_WAIT_MS, 0);
    uv_poll_start(&tool->poll, UV_READABLE | UV_DISCONNECT, on_readable);
}

void operators_init(struct operators *operators, uv_loop_t *loop, struct commit_cycle *cycle)
{
    *operators = (struct operators){ .cycle = cycle, .loop = loop };
    uv_idle_init(loop, &operators->steps);
    operators->steps.data = operators;
    cycle->on_lost = on_store_lost;
    cycle->owner = operators;
}

void operators_fini(struct operators *operators)
{
    for (unsigned i = 0; i < OPERATORS_MAX; i++)
        if (operators->tools[i] != NULL)
            fail(operators->tools[i], OPERATOR_FAILED, "the server is stopping: try again when it has stopped");
}
