/* Gives up the rights of root: see privileges.h. */
#include "server/supervisor/privileges.h"

#include <errno.h>
#include <grp.h>
#include <pwd.h>
#include <string.h>
#include <unistd.h>

#include "base/log.h"

static bool fail(const char *user, const char *reason)
{
    char text[64];

    log_event(LOG_CRITICAL, "user", LOG_FAIL, "user: %s | reason: %s", log_clean(text, sizeof text, user), reason);
    return false;
}

/* Groups first: only root can change them. */
static bool become(const struct passwd *who)
{
    return initgroups(who->pw_name, who->pw_gid) == 0 && setresgid(who->pw_gid, who->pw_gid, who->pw_gid) == 0 &&
           setresuid(who->pw_uid, who->pw_uid, who->pw_uid) == 0;
}

bool privileges_drop(const char *user)
{
    const struct passwd *who;

    if (user == NULL)
        return true;
    errno = 0;
    who = getpwnam(user);
    if (who == NULL)
        return fail(user, errno == 0 ? "there is no such user" : strerror(errno));
    if (who->pw_uid == 0)
        return fail(user, "this user is root: name another one");
    if (geteuid() != 0)
        return fail(user, "only root can change users: start the server as root, or without --user as that user");
    if (!become(who))
        return fail(user, strerror(errno));
    return setuid(0) == -1 || fail(user, "the process could still become root");
}
