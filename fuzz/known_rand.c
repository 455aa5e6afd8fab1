/* OpenSSL's random numbers from a seed: see known_rand.h. A provider of OpenSSL 3 with one
 * generator, which has the form that provider-rand(7) describes. */
#include "known_rand.h"

#include <limits.h>
#include <openssl/core_dispatch.h>
#include <openssl/core_names.h>
#include <openssl/evp.h>
#include <openssl/params.h>
#include <openssl/provider.h>
#include <openssl/rand.h>

#include "fuzz.h"

#define NAME "known-rand"
#define STRENGTH_BITS 256u
#define ENTRY(id, function)                                                                                            \
    {                                                                                                                  \
        id, (void (*)(void))(function)                                                                                 \
    }

static uint64_t sequence;

/* All generators are one, so they have nothing of their own; but the place must not be NULL. */
static void *generator_new(void *provider, void *parent, const OSSL_DISPATCH *parent_dispatch)
{
    (void)provider;
    (void)parent;
    (void)parent_dispatch;
    return &sequence;
}

static void generator_free(void *generator)
{
    (void)generator;
}

static int generator_begin(void *generator, unsigned strength, int fresh, const unsigned char *text, size_t len,
                           const OSSL_PARAM params[])
{
    (void)generator;
    (void)strength;
    (void)fresh;
    (void)text;
    (void)len;
    (void)params;
    return 1;
}

static int generator_yes(void *generator)
{
    (void)generator;
    return 1;
}

static int generate(void *generator, unsigned char *out, size_t len, unsigned strength, int fresh,
                    const unsigned char *text, size_t text_len)
{
    (void)generator;
    (void)strength;
    (void)fresh;
    (void)text;
    (void)text_len;
    for (size_t i = 0; i < len; i++)
        out[i] = (unsigned char)fuzz_random(&sequence);
    return 1;
}

static int get_params(void *generator, OSSL_PARAM params[])
{
    OSSL_PARAM *state = OSSL_PARAM_locate(params, OSSL_RAND_PARAM_STATE);
    OSSL_PARAM *strength = OSSL_PARAM_locate(params, OSSL_RAND_PARAM_STRENGTH);
    OSSL_PARAM *most = OSSL_PARAM_locate(params, OSSL_RAND_PARAM_MAX_REQUEST);

    (void)generator;
    return (state == NULL || OSSL_PARAM_set_int(state, EVP_RAND_STATE_READY)) &&
           (strength == NULL || OSSL_PARAM_set_uint(strength, STRENGTH_BITS)) &&
           (most == NULL || OSSL_PARAM_set_size_t(most, INT_MAX));
}

static const OSSL_DISPATCH generator_functions[] = {
    ENTRY(OSSL_FUNC_RAND_NEWCTX, generator_new),        ENTRY(OSSL_FUNC_RAND_FREECTX, generator_free),
    ENTRY(OSSL_FUNC_RAND_INSTANTIATE, generator_begin), ENTRY(OSSL_FUNC_RAND_UNINSTANTIATE, generator_yes),
    ENTRY(OSSL_FUNC_RAND_GENERATE, generate),           ENTRY(OSSL_FUNC_RAND_ENABLE_LOCKING, generator_yes),
    ENTRY(OSSL_FUNC_RAND_GET_CTX_PARAMS, get_params),   { 0, NULL },
};

/* ---- The provider ---------------------------------------------------------------------------- */

static const OSSL_ALGORITHM generators[] = {
    { NAME, "provider=" NAME, generator_functions, "numbers from a seed" },
    { NULL, NULL, NULL, NULL },
};

static const OSSL_ALGORITHM *query(void *provider, int operation, int *no_cache)
{
    (void)provider;
    *no_cache = 0;
    return operation == OSSL_OP_RAND ? generators : NULL;
}

static const OSSL_DISPATCH provider_functions[] = {
    ENTRY(OSSL_FUNC_PROVIDER_QUERY_OPERATION, query),
    { 0, NULL },
};

static int provider_begin(const OSSL_CORE_HANDLE *handle, const OSSL_DISPATCH *in, const OSSL_DISPATCH **out,
                          void **provider)
{
    static char ours; /* what OpenSSL calls the provider by */

    (void)handle;
    (void)in;
    *out = provider_functions;
    *provider = &ours;
    return 1;
}

void known_rand_begin(void)
{
    static OSSL_PROVIDER *ours, *usual; /* for ever */

    FUZZ_MUST(OSSL_PROVIDER_add_builtin(NULL, NAME, provider_begin) == 1, "OpenSSL takes another provider");
    ours = OSSL_PROVIDER_load(NULL, NAME);
    usual = OSSL_PROVIDER_load(NULL, "default");
    FUZZ_MUST(ours != NULL && usual != NULL && RAND_set_DRBG_type(NULL, NAME, NULL, NULL, NULL) == 1,
              "OpenSSL takes its random numbers from the fuzzer");
}

void known_rand_seed(uint64_t seed)
{
    sequence = seed;
}
