/* Capabilities: see capabilities.h. The kernel's own interface, as libcap would add a library for
 * one call. */
#include "server/role/capabilities.h"

#include <linux/capability.h>
#include <sys/syscall.h>
#include <unistd.h>

bool capabilities_keep_reading(void)
{
    struct __user_cap_header_struct head = { .version = _LINUX_CAPABILITY_VERSION_3 };
    struct __user_cap_data_struct halves[_LINUX_CAPABILITY_U32S_3];

    if (syscall(SYS_capget, &head, halves) != 0)
        return false;
    const __u32 reading = halves[0].permitted & CAP_TO_MASK(CAP_DAC_READ_SEARCH);
    halves[0] = (struct __user_cap_data_struct){ .effective = reading, .permitted = reading };
    halves[1] = (struct __user_cap_data_struct){ 0 };
    return syscall(SYS_capset, &head, halves) == 0;
}
