/* What the supervisor has told: see view.h. */
#include "server/observe/view.h"

#include <string.h>

#include "base/system.h"
#include "server/channel/control.h"

void view_init(struct view *view, const struct settings *settings)
{
    view->agencies = settings->agencies;
    view->dialect = sorteo_dialect_name(settings->session.dialect);
}

bool view_hear(struct view *view, int control)
{
    static struct numbers came; /* some 30 kB: too large for the stack of a small system */
    struct control_note note;
    enum control_outcome outcome;
    size_t len = 0;
    int fd = -1;

    while ((outcome = control_receive_body(control, &note, &came, sizeof came, &len, &fd)) == CONTROL_NOTE)
        if (note.type == CONTROL_NUMBERS && len == numbers_len(view->agencies)) {
            memcpy(&view->numbers, &came, len);
            view->came_ms = clock_ms();
        }
    return outcome != CONTROL_END;
}
