/* Memory files: see memory_file.h. */
#include "base/memory_file.h"

#include <errno.h>
#include <fcntl.h>
#include <sys/mman.h>

#ifndef MFD_NOEXEC_SEAL
#define MFD_NOEXEC_SEAL 0x0008U /* newer than some headers; some kernels require it */
#endif

int memory_file_new(const char *name)
{
    int fd = memfd_create(name, MFD_CLOEXEC | MFD_ALLOW_SEALING | MFD_NOEXEC_SEAL);

    if (fd == -1 && errno == EINVAL)
        fd = memfd_create(name, MFD_CLOEXEC | MFD_ALLOW_SEALING); /* an older kernel */
    return fd;
}

bool memory_file_seal(int fd)
{
    return fcntl(fd, F_ADD_SEALS, F_SEAL_SHRINK | F_SEAL_GROW | F_SEAL_WRITE | F_SEAL_SEAL) == 0;
}

bool memory_file_is_sealed(int fd)
{
    const int seals = fcntl(fd, F_GET_SEALS);

    return seals != -1 && (seals & F_SEAL_WRITE) != 0;
}
