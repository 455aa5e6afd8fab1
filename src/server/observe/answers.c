/* Which answer a request gets: see answers.h. */
#include "server/observe/answers.h"

#include <stdlib.h>
#include <string.h>

#include "server/observe/draw_json.h"
#include "server/observe/openmetrics.h"
#include "server/observe/page.h"

#define NOTHING_ALLOWED "default-src 'none'; frame-ancestors 'none'; base-uri 'none'; form-action 'none'"
#define TEXT_TYPE "text/plain; charset=utf-8"

static void say(struct answer *answer, unsigned status, const char *text)
{
    *answer = (struct answer){ .status = status, .type = TEXT_TYPE, .body = text, .len = strlen(text) };
}

/* The text is NULL if there was no memory for it. */
static void show(struct answer *answer, const char *type, char *text)
{
    if (text == NULL) {
        say(answer, 503, "out of memory\n");
        return;
    }
    answer->status = 200;
    answer->type = type;
    answer->body = text;
    answer->is_owned = true;
}

static void show_page(struct answer *answer)
{
    *answer = (struct answer){ .status = 200,
                               .type = "text/html; charset=utf-8",
                               .policy = page_policy,
                               .body = page_html,
                               .len = page_html_len };
}

static void show_metrics(struct answer *answer, const struct view *view, const char *accept)
{
    const enum metrics_format format =
        accept != NULL && strstr(accept, "application/openmetrics-text") != NULL ? METRICS_OPEN : METRICS_PLAIN;

    show(answer, openmetrics_type(format), openmetrics_text(view, format, &answer->len));
}

static bool is_alive(const struct view *view, uint64_t now_ms)
{
    return view->came_ms != 0 && now_ms - view->came_ms < VIEW_STALE_MS;
}

static void show_health(struct answer *answer, bool is_good)
{
    say(answer, is_good ? 200 : 503, is_good ? "ok\n" : "the supervisor has not been heard for 10 seconds\n");
}

static void show_ready(struct answer *answer, bool is_good)
{
    say(answer, is_good ? 200 : 503, is_good ? "ok\n" : "not ready: a process is missing, or the store is not open\n");
}

void answer_make(struct answer *answer, const struct view *view, uint64_t now_ms, const char *method, const char *path,
                 const char *accept)
{
    const bool alive = is_alive(view, now_ms);

    *answer = (struct answer){ 0 };
    if (strcmp(method, "GET") != 0 && strcmp(method, "HEAD") != 0)
        say(answer, 405, "only GET and HEAD\n");
    else if (strcmp(path, "/") == 0)
        show_page(answer);
    else if (strcmp(path, "/draw.json") == 0)
        show(answer, "application/json", draw_json(view, alive, &answer->len));
    else if (strcmp(path, "/metrics") == 0)
        show_metrics(answer, view, accept);
    else if (strcmp(path, "/health") == 0)
        show_health(answer, alive);
    else if (strcmp(path, "/ready") == 0)
        show_ready(answer, alive && view->numbers.is_ready != 0);
    else
        say(answer, 404, "nothing is here; /, /metrics, /health and /ready are\n");
    if (answer->policy == NULL)
        answer->policy = NOTHING_ALLOWED;
}

void answer_fini(struct answer *answer)
{
    if (answer->is_owned)
        free((void *)(uintptr_t)answer->body);
    answer->body = NULL;
}
