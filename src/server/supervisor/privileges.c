/* Gives up the rights of root: see privileges.h. */
#include "server/supervisor/privileges.h"

#include <errno.h>
#include <grp.h>
#include <pwd.h>
#include <string.h>
#include <unistd.h>

#include "base/ask_child.h"
#include "base/log.h"
#include "base/system.h"

#define ASK_MS 30000u   /* a network of users may never answer */
#define GROUPS_MAX 512u /* of a user */

struct user {
    int error;  /* of the question; 0 and not known: there is no such user */
    bool known; /* the rest is valid */
    bool has_too_many_groups;
    uid_t uid;
    gid_t gid;
    uint32_t group_count;
    gid_t groups[GROUPS_MAX];
};
_Static_assert(sizeof(struct user) <= ASK_CHILD_ANSWER_MAX, "it comes whole");

static bool fail(const char *user, const char *reason)
{
    char text[64];

    log_event(LOG_CRITICAL, "user", LOG_FAIL, "user: %s | reason: %s", log_clean(text, sizeof text, user), reason);
    return false;
}

/* In a child: the groups may be asked for elsewhere, too. */
static void find_user(const void *name, void *answer)
{
    struct user *user = answer;
    int count = (int)GROUPS_MAX;

    errno = 0;
    const struct passwd *entry = getpwnam(name);
    user->error = errno;
    if (entry == NULL)
        return;
    user->known = true;
    user->uid = entry->pw_uid;
    user->gid = entry->pw_gid;
    user->has_too_many_groups = getgrouplist(entry->pw_name, entry->pw_gid, user->groups, &count) == -1;
    user->group_count = (uint32_t)count;
}

/* Groups first: only root can change them. */
static bool become(const struct user *user)
{
    return setgroups(user->group_count, user->groups) == 0 && setresgid(user->gid, user->gid, user->gid) == 0 &&
           setresuid(user->uid, user->uid, user->uid) == 0;
}

static bool become_user(const char *name, const struct user *user)
{
    if (!user->known)
        return fail(name, user->error == 0 ? "there is no such user" : strerror(user->error));
    if (user->uid == 0)
        return fail(name, "this user is root: name another one");
    if (geteuid() != 0)
        return fail(name, "only root can change users: start the server as root, or without --user as that user");
    if (user->has_too_many_groups)
        return fail(name, "this user is in too many groups: name another one");
    if (!become(user))
        return fail(name, strerror(errno));
    return setuid(0) == -1 || fail(name, "the process could still become root");
}

bool privileges_drop(const char *name, int stop_fd)
{
    static struct user user;

    if (name == NULL)
        return true;
    switch (ask_child(find_user, name, &user, sizeof user, clock_ms() + ASK_MS, stop_fd)) {
    case ASKED_ANSWERED:
        return become_user(name, &user);
    case ASKED_STOPPED:
        return false;
    case ASKED_LATE:
        return fail(name, "looking up this user took too long");
    case ASKED_NOTHING:
        return fail(name, strerror(errno));
    default:
        return fail(name, "looking up this user failed");
    }
}
