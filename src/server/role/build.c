/* Which build this is: see build.h. */
#include "server/role/build.h"

#include <elf.h>
#include <link.h>
#include <string.h>

#define NOTE_ALIGNED(len) (((size_t)(len) + 3u) & ~(size_t)3u)

/* The notes of a segment: a head, a name and a description each, the latter two padded. */
static const uint8_t *find_build(const uint8_t *at, size_t left, size_t *len)
{
    ElfW(Nhdr) head;

    while (left >= sizeof head) {
        memcpy(&head, at, sizeof head);
        size_t name = NOTE_ALIGNED(head.n_namesz);
        size_t whole = sizeof head + name + NOTE_ALIGNED(head.n_descsz);
        if (whole > left)
            return NULL;
        if (head.n_type == NT_GNU_BUILD_ID && head.n_namesz == sizeof ELF_NOTE_GNU &&
            memcmp(at + sizeof head, ELF_NOTE_GNU, sizeof ELF_NOTE_GNU) == 0) {
            *len = head.n_descsz;
            return at + sizeof head + name;
        }
        at += whole;
        left -= whole;
    }
    return NULL;
}

/* Called for the program itself first; the libraries' builds are not asked. */
static int look_at_program(struct dl_phdr_info *program, size_t size, void *id)
{
    (void)size;
    for (unsigned i = 0; i < program->dlpi_phnum; i++) {
        const ElfW(Phdr) *segment = &program->dlpi_phdr[i];
        const uint8_t *begin = (const uint8_t *)(uintptr_t)(program->dlpi_addr + segment->p_vaddr);
        size_t len = 0;
        const uint8_t *found = segment->p_type == PT_NOTE ? find_build(begin, segment->p_memsz, &len) : NULL;
        if (found != NULL) {
            memcpy(id, found, len < BUILD_ID_LEN ? len : BUILD_ID_LEN);
            return 1;
        }
    }
    return 1;
}

void build_id(uint8_t id[BUILD_ID_LEN])
{
    memset(id, 0, BUILD_ID_LEN);
    (void)dl_iterate_phdr(look_at_program, id);
}
