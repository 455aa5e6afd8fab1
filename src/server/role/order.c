/* A role's order: see order.h. */
#include "server/role/order.h"

#include <assert.h>
#include <errno.h>
#include <stddef.h>
#include <string.h>
#include <sys/mman.h>
#include <sys/stat.h>
#include <unistd.h>

#include "base/memory_file.h"
#include "base/system.h"

#define ALL_ROLES ~0u
#define OPENER_ALONE (1u << ROLE_OPENER)
#define RECORDER_ALONE (1u << ROLE_RECORDER)
#define COMMITTER_ALONE (1u << ROLE_COMMITTER)

/* Every text of the settings, and which roles need it. Those that are sent follow the struct,
 * in this order: a byte that says whether there is one, and its bytes with the NUL. */
static const struct {
    size_t offset;
    unsigned roles;
} texts[] = {
    { offsetof(struct settings, store), ALL_ROLES },
    { offsetof(struct settings, listen), 0 },
    { offsetof(struct settings, bet_listen), 0 },
    { offsetof(struct settings, tls_listen), 0 },
    { offsetof(struct settings, tls_bet_listen), 0 },
    { offsetof(struct settings, tls.path[TLS_CERTIFICATE]), OPENER_ALONE },
    { offsetof(struct settings, tls.path[TLS_KEY]), OPENER_ALONE },
    { offsetof(struct settings, tls.path[TLS_CA]), OPENER_ALONE },
    { offsetof(struct settings, tls.path[TLS_CRL]), OPENER_ALONE },
    { offsetof(struct settings, user), 0 },
    { offsetof(struct settings, observe), 0 },
    { offsetof(struct settings, metrics_file), RECORDER_ALONE },
    { offsetof(struct settings, csv), COMMITTER_ALONE },
};

#define TEXTS (sizeof texts / sizeof *texts)

static bool is_sent(unsigned text, enum child_role role)
{
    return (texts[text].roles & 1u << role) != 0;
}

static const char **text_of(struct settings *settings, unsigned i)
{
    return (const char **)(void *)((char *)settings + texts[i].offset);
}

/* ---- The supervisor's side ------------------------------------------------------------------- */

void order_init(struct order *order, enum child_role role, const struct settings *settings)
{
    memset(order, 0, sizeof *order); /* it is written as it lies in memory */
    build_id(order->build);
    order->size = sizeof *order;
    order->supervisor = getpid();
    order->role = role;
    order->settings = *settings;
}

void order_give(struct order *order, enum order_item item, uint32_t detail, int fd)
{
    assert(order->given_count < ORDER_GIVEN_MAX);
    order->given[order->given_count++] = (struct order_given){ .item = (uint32_t)item, .detail = detail, .fd = fd };
}

static bool write_texts(int fd, const struct order *order)
{
    struct settings settings = order->settings;

    for (unsigned i = 0; i < TEXTS; i++) {
        const char *text = *text_of(&settings, i);
        const char is_there = text != NULL;
        if (is_sent(i, order->role) &&
            (!write_all(fd, &is_there, 1) || !write_all(fd, text, is_there ? strlen(text) + 1 : 0)))
            return false;
    }
    return true;
}

/* In the role's copy, descriptors have the role's numbers, and no pointer of ours. */
static void translate(struct order *order)
{
    for (unsigned i = 0; i < order->given_count; i++)
        order->given[i].fd = ORDER_GIVEN_FD + (int)i;
    for (unsigned i = 0; i < TEXTS; i++)
        *text_of(&order->settings, i) = NULL;
}

int order_write(const struct order *order)
{
    struct order copy = *order;
    int fd = memory_file_new("sorteo-order");

    if (fd == -1)
        return -1;
    translate(&copy);
    if (write_all(fd, &copy, sizeof copy) && write_texts(fd, order) && memory_file_seal(fd))
        return fd;
    int error = errno;
    close(fd);
    errno = error;
    return -1;
}

/* ---- The role's side ------------------------------------------------------------------------- */

/* Each of the texts ends within the file: it comes from a supervisor of the same build. */
static void point_at_texts(struct settings *settings, enum child_role role, const char *text)
{
    for (unsigned i = 0; i < TEXTS; i++) {
        if (!is_sent(i, role))
            continue;
        bool is_there = *text++ != 0;
        *text_of(settings, i) = is_there ? text : NULL;
        text += is_there ? strlen(text) + 1 : 0;
    }
}

enum order_outcome order_read(int fd, struct order *order)
{
    struct order own;
    struct stat about;

    if (!memory_file_is_sealed(fd) || fstat(fd, &about) != 0 || about.st_size < (off_t)sizeof own)
        return ORDER_NONE;
    const char *map = mmap(NULL, (size_t)about.st_size, PROT_READ, MAP_PRIVATE, fd, 0);
    if (map == MAP_FAILED)
        return ORDER_NONE;
    memcpy(&own, map, sizeof own);
    uint8_t build[BUILD_ID_LEN];
    build_id(build);
    if (memcmp(own.build, build, sizeof build) != 0 || own.size != sizeof own)
        return ORDER_OTHER_BUILD;
    point_at_texts(&own.settings, own.role, map + sizeof own);
    *order = own;
    return ORDER_READ;
}

const struct order_given *order_find(const struct order *order, enum order_item item, unsigned n)
{
    for (unsigned i = 0; i < order->given_count; i++)
        if (order->given[i].item == (uint32_t)item && n-- == 0)
            return &order->given[i];
    return NULL;
}
