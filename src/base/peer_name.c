/* Who is at the other end of a connection: see peer_name.h. */
#include "base/peer_name.h"

#include <arpa/inet.h>
#include <netinet/in.h>
#include <stdio.h>
#include <string.h>

struct peer_name peer_name_of(const struct sockaddr_storage *address)
{
    struct peer_name name = { 0 };
    struct sockaddr_in four;
    struct sockaddr_in6 six;

    if (address->ss_family == AF_INET) {
        memcpy(&four, address, sizeof four);
        memcpy(name.address, &four.sin_addr, 4);
        name.port = ntohs(four.sin_port);
        name.version = 4;
    } else if (address->ss_family == AF_INET6) {
        memcpy(&six, address, sizeof six);
        bool mapped = IN6_IS_ADDR_V4MAPPED(&six.sin6_addr);
        memcpy(name.address, six.sin6_addr.s6_addr + (mapped ? 12 : 0), mapped ? 4 : 16);
        name.scope = IN6_IS_ADDR_LINKLOCAL(&six.sin6_addr) ? six.sin6_scope_id : 0;
        name.port = ntohs(six.sin6_port);
        name.version = mapped ? 4 : 6;
    }
    return name;
}

bool peer_name_of_socket(int fd, struct peer_name *name)
{
    struct sockaddr_storage address = { 0 };
    socklen_t len = sizeof address;

    *name = (struct peer_name){ 0 };
    if (getpeername(fd, (struct sockaddr *)&address, &len) != 0)
        return false;
    *name = peer_name_of(&address);
    return true;
}

const char *peer_name_text(const struct peer_name *name, char out[static PEER_NAME_TEXT_MAX])
{
    char address[INET6_ADDRSTRLEN] = "";
    char scope[16] = "";

    if (name->version == 0 ||
        inet_ntop(name->version == 4 ? AF_INET : AF_INET6, name->address, address, sizeof address) == NULL) {
        (void)snprintf(out, PEER_NAME_TEXT_MAX, "unknown");
        return out;
    }
    if (name->scope != 0)
        (void)snprintf(scope, sizeof scope, "%%%u", (unsigned)name->scope);
    (void)snprintf(out, PEER_NAME_TEXT_MAX, name->version == 4 ? "%s%s:%u" : "[%s%s]:%u", address, scope,
                   (unsigned)name->port);
    return out;
}

const char *peer_name_text_through(const struct peer_name *peer, const struct peer_name *proxy,
                                   char out[static PEER_NAME_THROUGH_MAX])
{
    char one[PEER_NAME_TEXT_MAX], other[PEER_NAME_TEXT_MAX];

    if (proxy->version == 0)
        (void)snprintf(out, PEER_NAME_THROUGH_MAX, "%s", peer_name_text(peer, one));
    else
        (void)snprintf(out, PEER_NAME_THROUGH_MAX, "%s | proxy: %s", peer_name_text(peer, one),
                       peer_name_text(proxy, other));
    return out;
}

uint64_t peer_name_group(const struct peer_name *name)
{
    unsigned len = name->version == 4 ? 4 : name->version == 6 ? 8 : 0;
    uint64_t group = 0;

    for (unsigned i = 0; i < len; i++)
        group = group << 8 | name->address[i];
    return group;
}

const char *peer_name_group_text(const struct peer_name *name, char out[static PEER_NAME_TEXT_MAX])
{
    char address[INET6_ADDRSTRLEN] = "";
    uint8_t network[16] = { 0 };

    memcpy(network, name->address, name->version == 4 ? 4 : 8);
    if (name->version == 0 ||
        inet_ntop(name->version == 4 ? AF_INET : AF_INET6, network, address, sizeof address) == NULL)
        (void)snprintf(address, sizeof address, "unknown");
    (void)snprintf(out, PEER_NAME_TEXT_MAX, "%s%s", address, name->version == 6 ? "/64" : "");
    return out;
}
