# How everything is compiled and linked, and the two files in $(BUILD) that say how it was the last time; part of the
# Makefile.

# ---- Hardening -------------------------------------------------------------------------------------------------
# Stack protector, stack clash protection and CET, where compiler and processor have them. FORTIFY needs an optimising
# compiler, and keeps out of the way of sanitizers, which watch the calls that it replaces.
ifneq ($(HARDEN),no)
HARDENING := -fstack-protector-strong -fstack-clash-protection -fcf-protection
# known FLAG...: the flags, if the compiler takes all of them without a warning.
known      = $(shell echo 'int a;' | $(CC) -Werror $(1) -x c -c -o /dev/null - 2>/dev/null && echo '$(1)')
HARDENED  := $(or $(call known,$(HARDENING)),$(foreach flag,$(HARDENING),$(call known,$(flag))))
ifeq ($(findstring -fsanitize,$(CFLAGS)),)
HARDENED  += $(if $(filter-out -O0,$(lastword $(filter -O%,$(CFLAGS)))),-U_FORTIFY_SOURCE -D_FORTIFY_SOURCE=2)
endif
RELRO     := -Wl,-z,relro,-z,now,-z,noexecstack
PIE       := -pie
endif

COMPILE = $(CC) -std=c11 $(DEFINE) $(INCLUDE) $(WARNINGS) $(HARDENED) $(CPPFLAGS) \
          $(CFLAGS) -fPIC -MMD -MP

# ---- Probes ----------------------------------------------------------------------------------------------------
# Where systemtap's header is, the server has probes (src/base/probe.h); PROBES=no builds without.
PROBES ?= yes
ifeq ($(PROBES),yes)
HAS_SDT := $(shell $(CC) $(CPPFLAGS) -include sys/sdt.h -E -x c /dev/null >/dev/null 2>&1 && echo yes)
DEFINE  += $(if $(HAS_SDT),-DWITH_PROBES)
endif

# ---- Linking ---------------------------------------------------------------------------------------------------
# By its digest the server's processes know one another's build (src/server/role/build.h).
BUILD_ID    := -Wl,--build-id=sha1
# LDFLAGS=-static makes programs that need no library where they run; the shared library is one all the same.
STATIC      := $(filter -static -static-pie,$(LDFLAGS))
LINK         = $(CC) $(CFLAGS) $(BUILD_ID) $(RELRO) $(if $(STATIC),$(PIE:-pie=-static-pie),$(PIE)) \
               $(if $(PIE),$(filter-out $(STATIC),$(LDFLAGS)),$(LDFLAGS))
LINK_SHARED  = $(CC) $(CFLAGS) $(RELRO) $(filter-out $(STATIC),$(LDFLAGS)) -shared
# In an archive, libuv has another name, and a library does not bring along what it needs itself.
UV          := $(if $(STATIC),-luv_a,-luv)
OPENSSL     := -lssl -lcrypto
# For a hundred tests, each with all parts of the programs in it: a linker that takes a third of the time, where it is
# and LDFLAGS names no other.
TEST_LINKER := $(if $(findstring -fuse-ld=,$(LDFLAGS)),,\
    $(shell $(CC) -fuse-ld=gold -Wl,--version >/dev/null 2>&1 && echo -fuse-ld=gold))
LIBS         = $(if $(STATIC),-lm -lpthread -lrt) -ldl $(LDLIBS)

# ---- Libraries that a process loads when it first needs them (src/base/late_library.h) ---------------------------
# The file that loads one is told the soname that a program linked with it would have. Static programs have none: the
# archives of what these need themselves are not in Debian.
PCAP        := $(if $(STATIC),,-lpcap)
HTTP        := $(if $(STATIC),,-lmicrohttpd)
# Empty: without a store in PostgreSQL.
POSTGRESQL  ?= $(if $(STATIC),,-lpq)
# Asked for once, when the first file needs it.
POSTGRESQL_INCLUDE = $(eval POSTGRESQL_INCLUDE := $(addprefix -isystem ,\
    $(filter-out /usr/include,$(shell pg_config --includedir 2>/dev/null))))$(POSTGRESQL_INCLUDE)
LATE_LIBRARIES = $(PCAP) $(HTTP) $(POSTGRESQL)
# Asked for when the file is compiled: make -n needs no compiler.
soname = "\"$$(src/base/soname.sh '$(1)' $(filter-out -fsyntax-only,$(CC)) $(LDFLAGS))\""

# ---- Changed flags ---------------------------------------------------------------------------------------------
# Objects depend on the first file, programs and libraries on the second; each is written when its flags are others.
COMPILED_WITH := $(BUILD)/compiled-with
LINKED_WITH   := $(BUILD)/linked-with
COMPILE_LINE  := $(strip $(COMPILE) $(GENERATED_WARNINGS) $(CODEC_CFLAGS) $(TEST_CFLAGS) $(CXX))
LINK_LINE     := $(strip $(LINK) $(LINK_SHARED) $(TEST_LINKER) $(UV) $(POSTGRESQL) $(LIBS) $(AR))

.PHONY: changed-flags
changed-flags:
ifneq ($(strip $(file <$(COMPILED_WITH))),$(COMPILE_LINE))
$(COMPILED_WITH): changed-flags
endif
ifneq ($(strip $(file <$(LINKED_WITH))),$(LINK_LINE))
$(LINKED_WITH): changed-flags
endif
$(COMPILED_WITH): note = $(COMPILE_LINE)
$(LINKED_WITH):   note = $(LINK_LINE)
$(COMPILED_WITH) $(LINKED_WITH):
	@mkdir -p $(@D)
	@printf '%s\n' '$(subst ','\'',$(note))' >$@
