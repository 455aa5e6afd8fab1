# sorteo: see `make help`.

.DEFAULT_GOAL := all
# With these flags make starts a simple command, as a compiler is, without a shell; that saves a twentieth of a build.
.SHELLFLAGS := -ec
MAKEFLAGS += --no-builtin-rules
.DELETE_ON_ERROR:
# With it, `cd` in a script could lead elsewhere.
unexport CDPATH

ifneq ($(and $(filter clean,$(MAKECMDGOALS)),$(filter-out clean,$(MAKECMDGOALS))),)
# `clean` beside other goals: one goal after the other, in the order given, each with all jobs.
.PHONY: in-order $(MAKECMDGOALS)
$(MAKECMDGOALS): in-order
	@:
in-order:
	@+for goal in $(MAKECMDGOALS); do $(MAKE) --no-print-directory "$$goal"; done
else

# Those whose recipes have braces or a pipe.
dist uninstall uninstall-manual: SHELL := /bin/bash
dist uninstall uninstall-manual: .SHELLFLAGS := -eu -o pipefail -c

# ---- What may be set from outside -----------------------------------------------------------------
CC       ?= cc
ifeq ($(origin CC),default)
CC       := cc
endif
ifeq ($(origin CXX),default)
CXX      := c++
endif
ifeq ($(origin AR),default)
AR       := ar
endif
BUILD    ?= build
# It is removed as a whole by `clean`.
NOT_BUILD := src grammar gen fuzz tests examples
TAKEN     := . .. / $(CURDIR) $(NOT_BUILD) $(NOT_BUILD:%=%/%) $(NOT_BUILD:%=$(CURDIR)/%)
ifneq ($(words $(BUILD))$(filter $(TAKEN),$(BUILD:%/=%)),1)
$(error BUILD=$(BUILD) is not possible: give a folder that holds nothing but what is built)
endif
CPPFLAGS ?=
CFLAGS   ?= -O2 -g
LDFLAGS  ?=
LDLIBS   ?=
# What makes a fault harder to exploit, as far as the compiler knows it; `no` builds without.
HARDEN   ?= yes
PREFIX  ?= /usr/local
LIBDIR  ?= $(PREFIX)/lib
DESTDIR ?=
# Only for `make demo`: a folder of agency-1.csv, agency-2.csv …, and how the clients send them.
DATA     ?=
DIALECT  ?= wide
BATCH    ?= auto
AGENCIES ?=
TLS      ?= no
STORE    ?= sqlite
SERVERS  ?= 1

VERSION  := $(shell sed -n 's/^\#define SORTEO_VERSION "\(.*\)"/\1/p' src/codec/sorteo.h)
# That of the fields that were released, 0, or one that goes with other fields (src/generator/bet_fields.py).
SOVERSION = $(shell cat $(GEN)/soversion)
WARNINGS := -Wall -Wextra -Wpedantic -Wconversion -Wshadow -Wstrict-prototypes -Werror
# Includes are written from src/, so that each shows what its file depends on; tests/tools/check-includes keeps the law.
INCLUDE := -Isrc
# More for the codec alone: instruments that count only what it does.
CODEC_CFLAGS ?=
# More for all tests but the codec's, whose loops are long: the others keep the compiler busier than the processor.
TEST_CFLAGS ?= -O0
# Files may be larger than 2 GiB, and times later than 2038, where a `long` has 32 bits, too.
DEFINE  := -D_GNU_SOURCE -D_FILE_OFFSET_BITS=64 -D_TIME_BITS=64

# A grammar outside the tree: what it makes is in $(BUILD)/grammar/gen, made before anything else if it is out of date
# (this needs Ragel), and the tree's gen/ stays as it is. C finds it as ../gen/ of the folder beside it.
GRAMMAR ?= grammar
ifeq ($(abspath $(GRAMMAR)),$(CURDIR)/grammar)
override GRAMMAR := grammar
GEN := gen
else
GEN := $(BUILD)/grammar/gen
INCLUDE := -I$(BUILD)/grammar/src $(INCLUDE)
ifneq ($(filter-out clean help uninstall gen check-gen,$(or $(MAKECMDGOALS),all)),)
MADE := $(shell mkdir -p $(BUILD)/grammar/src; { src/generator/is-current.sh '$(GRAMMAR)' $(GEN) || \
    src/generator/generate.sh '' '$(GRAMMAR)' $(GEN); } >&2 && echo yes)
$(if $(MADE),,$(error GRAMMAR=$(GRAMMAR) makes no codec: see above))
endif
endif
DIALECTS := $(shell cat $(GEN)/dialects $(if $(filter gen,$(GEN)),,2>/dev/null))

# Only the generated objects drop warnings, and only these: the host's labels and constants that one
# dialect does not use, and Ragel's switch that falls through from state to state.
GENERATED_WARNINGS := -Wno-unused-const-variable -Wno-unused-label -Wno-implicit-fallthrough \
                      -Wno-unused-but-set-variable

include src/flags.mk

# ---- Objects -----------------------------------------------------------------------------------------
# objects FOLDER...: of every C file in each.
objects = $(patsubst %.c,$(BUILD)/%.o,$(wildcard $(1:%=%/*.c)))
CODEC_OBJECTS     := $(call objects,src/codec) $(DIALECTS:%=$(BUILD)/gen/%.o) $(BUILD)/gen/protocol.o
$(CODEC_OBJECTS): COMPILE += $(CODEC_CFLAGS)
BASE_OBJECTS      := $(filter-out $(if $(LATE_LIBRARIES),,%/late_library.o),$(call objects,src/base))
STORE_OBJECTS     := $(call objects,src/store src/store/sqlite $(if $(POSTGRESQL),src/store/postgresql))
LOTTERY_OBJECTS   := $(call objects,src/lottery)
OPERATOR_OBJECTS  := $(call objects,src/operator)
BETS_FILE_OBJECTS := $(call objects,src/bets_file)
TLS_OBJECTS       := $(call objects,src/tls)
MAINS             := $(BUILD)/src/server/main.o $(BUILD)/src/client/main.o $(BUILD)/src/tool/main.o
SERVER_FOLDERS    := src/server $(addprefix src/server/,supervisor role opener acceptor worker committer channel \
                     observe)
SERVER_OBJECTS    := $(filter-out $(MAINS) $(if $(HTTP),,%/libmicrohttpd.o),$(call objects,$(SERVER_FOLDERS))) \
                     $(BUILD)/page/page_html.o
CLIENT_OBJECTS    := $(filter-out $(MAINS),$(call objects,src/client))
TOOL_OBJECTS      := $(filter-out $(MAINS) $(if $(PCAP),,%/libpcap.o),\
                     $(call objects,src/tool src/tool/conform src/tool/load))

LIBRARY := $(BUILD)/libsorteo.a
SHARED  := $(BUILD)/libsorteo.so.$(VERSION)
# Loaded by SQLite, which calls its one function; what it reads of the store needs no SQLite.
EXTENSION := $(BUILD)/libsorteo_sqlite.so
EXTENSION_OBJECTS := $(call objects,src/sqlite_extension) $(BUILD)/src/store/sqlite/frame_reader.o
# All of the programs but their main functions, for the tests to link against.
PARTS   := $(BUILD)/parts.a
PARTS_OBJECTS := $(SERVER_OBJECTS) $(CLIENT_OBJECTS) $(TOOL_OBJECTS) $(BETS_FILE_OBJECTS) $(OPERATOR_OBJECTS) \
                 $(LOTTERY_OBJECTS) $(STORE_OBJECTS) $(TLS_OBJECTS) $(BASE_OBJECTS) $(CODEC_OBJECTS)
PROGRAMS := $(BUILD)/sorteo-server $(BUILD)/sorteo-client $(BUILD)/sorteo
SERVER_PARTS := $(BUILD)/src/server/main.o $(SERVER_OBJECTS) $(OPERATOR_OBJECTS) $(LOTTERY_OBJECTS) \
                $(STORE_OBJECTS) $(TLS_OBJECTS) $(BASE_OBJECTS) $(LIBRARY)
CLIENT_PARTS := $(BUILD)/src/client/main.o $(CLIENT_OBJECTS) $(BETS_FILE_OBJECTS) $(TLS_OBJECTS) $(BASE_OBJECTS) \
                $(LIBRARY)
SERVER_LIBS   = $(UV) -lsqlite3 -lxxhash -linih -lseccomp $(OPENSSL)
TOOL_PARTS   := $(BUILD)/src/tool/main.o $(TOOL_OBJECTS) $(BETS_FILE_OBJECTS) $(OPERATOR_OBJECTS) \
                $(LOTTERY_OBJECTS) $(STORE_OBJECTS) $(BASE_OBJECTS) $(LIBRARY)

# A warning and no more: gen/ is committed, and grammar/ may be in the middle of a change. make prints it itself,
# without a command: with one, `all` would never be up to date.
.PHONY: warn-if-gen-is-old
warn-if-gen-is-old:
	$(shell [ $(GEN) != gen ] || src/generator/is-current.sh grammar gen || \
	    echo "gen/ is out of date: grammar/ has changed. Run make gen (it needs Ragel)." >&2)

# Before the first build: which packages are missing, and the command that installs them. Plain make installs nothing,
# and tries to build: the libraries may be where only the compiler's flags lead. Without a compiler it ends there.
.PHONY: say-missing
say-missing:
	$(if $(wildcard $(PROGRAMS)),,$(shell SORTEO_INSTALL=no $(NEED) build >&2))
	$(if $(shell command -v $(firstword $(CC))),,$(error the compiler $(CC) is not installed))

.PHONY: all
all: warn-if-gen-is-old say-missing
all: $(PROGRAMS) $(LIBRARY) $(SHARED) $(EXTENSION) ## build: Build programs and libraries into build/.

# A folder of $(BUILD) that objects come into: made once, and not before each of a thousand files.
.SECONDEXPANSION:
.PRECIOUS: $(BUILD)/%/
$(BUILD)/%/:
	@mkdir -p $@

$(BUILD)/src/%.o: src/%.c $(COMPILED_WITH) | $$(@D)/
	$(COMPILE) -c $< -o $@

# The page that the server shows, as C.
$(BUILD)/page/page_html.c: src/server/observe/page.html src/server/observe/embed.sh
	@mkdir -p $(@D)
	src/server/observe/embed.sh $< >$@
$(BUILD)/page/page_html.o: $(BUILD)/page/page_html.c $(COMPILED_WITH)
	$(COMPILE) -c $< -o $@

$(BUILD)/gen/%.o: $(GEN)/%.c $(COMPILED_WITH)
	@mkdir -p $(@D)
	$(COMPILE) $(GENERATED_WARNINGS) -c $< -o $@

$(LIBRARY): $(CODEC_OBJECTS) $(LINKED_WITH)
	rm -f $@
	$(AR) rcs $@ $(CODEC_OBJECTS)

$(SHARED): $(CODEC_OBJECTS) src/codec/libsorteo.map $(LINKED_WITH)
	$(LINK_SHARED) -Wl,-soname,libsorteo.so.$(SOVERSION) \
	    -Wl,--version-script=src/codec/libsorteo.map -o $@ $(CODEC_OBJECTS) $(LDLIBS)
	ln -sf $(@F) $(BUILD)/libsorteo.so.$(SOVERSION)
	ln -sf libsorteo.so.$(SOVERSION) $(BUILD)/libsorteo.so
$(BUILD)/libsorteo.so: $(SHARED) ;

$(EXTENSION): $(EXTENSION_OBJECTS) $(LIBRARY) src/sqlite_extension/libsorteo_sqlite.map $(LINKED_WITH)
	$(LINK_SHARED) -Wl,--version-script=src/sqlite_extension/libsorteo_sqlite.map -o $@ $(EXTENSION_OBJECTS) \
	    $(LIBRARY) $(LDLIBS)

$(PARTS): $(PARTS_OBJECTS) $(LINKED_WITH)
	rm -f $@
	$(AR) qcs $@ $(PARTS_OBJECTS)

# The second of each, with points at which it can be ended, is for tests/crash, which says what it consists of.
$(BUILD)/sorteo-server: $(SERVER_PARTS)
$(BUILD)/sorteo-server $(BUILD)/faults/sorteo-server: $(LINKED_WITH)
	$(LINK) -o $@ $(filter %.o %.a,$^) $(SERVER_LIBS) $(LIBS)

$(BUILD)/sorteo-client: $(CLIENT_PARTS)
$(BUILD)/sorteo-client $(BUILD)/faults/sorteo-client: $(LINKED_WITH)
	$(LINK) -o $@ $(filter %.o %.a,$^) -lcsv -lxxhash -lyaml $(OPENSSL) $(LIBS)

$(BUILD)/sorteo: $(TOOL_PARTS)
$(BUILD)/sorteo $(BUILD)/faults/sorteo: $(LINKED_WITH)
	$(LINK) -o $@ $(filter %.o %.a,$^) -lcsv -lsqlite3 -lxxhash $(LIBS)

# ---- What the grammar makes --------------------------------------------------------------------------------
# Only these need Ragel; gen/ is committed, and built from as it is.
.PHONY: gen check-gen
gen: ## build: Generate gen/ from grammar/; with GRAMMAR= (all goals) from that folder, beside the tree.
	@$(NEED) gen
	@src/generator/generate.sh '' '$(GRAMMAR)' $(GEN)
check-gen: ## build: Check that gen/ is what grammar/ generates.
	@$(NEED) gen
	@src/generator/generate.sh --check '$(GRAMMAR)' $(GEN)

# ---- Tests ------------------------------------------------------------------------------------------------
TESTS := $(patsubst tests/%.c,$(BUILD)/tests/%,$(wildcard tests/unit/*/test_*.c))
TEST_DEFINES := $(if $(findstring -DSORTEO_PORTABLE,$(CODEC_CFLAGS)),-DCODEC_IS_PORTABLE) -DGEN_FOLDER='"$(GEN)"'
# A test loads what it uses: with -fsanitize, the compiler would have it load everything.
TEST_LIBS     = $(LDFLAGS) -Wl,--as-needed -lcmocka $(UV) -lsqlite3 -lcsv -lxxhash -lyaml -linih -lseccomp \
                $(OPENSSL) $(LIBS)
# What each test program fails with, even where cmocka counts 256 failures (tests/unit/exit_status.c).
TEST_STATUS  := -Wl,--wrap=_cmocka_run_group_tests
LONG_LOOPS   := tests/unit/codec/% tests/conformance/%

# An object of its own for what a test consists of: when what it tests has changed, the test is only linked again.
$(BUILD)/tests/%.o: tests/%.c $(COMPILED_WITH) | $$(@D)/
	$(COMPILE) $(TEST_DEFINES) -Itests $(if $(filter-out $(LONG_LOOPS),$<),$(TEST_CFLAGS)) -c $< -o $@
# Those of the codec are built without the programs.
CODEC_TESTS := $(filter $(BUILD)/tests/unit/codec/%,$(TESTS))
$(CODEC_TESTS): %: %.o $(BUILD)/tests/unit/exit_status.o $(LIBRARY)
$(filter-out $(CODEC_TESTS),$(TESTS)): %: %.o $(BUILD)/tests/unit/exit_status.o $(PARTS)
$(TESTS): $(LINKED_WITH)
	$(CC) $(CFLAGS) $(TEST_LINKER) -o $@ $(filter %.o,$^) $(filter %.a,$^) $(TEST_STATUS) $(TEST_LIBS)

# The second decoder, and what it is compared on.
$(BUILD)/tests/unit/codec/test_oracle: $(call objects,tests/conformance/oracle)

# Captures, which the tool shows, unless it is static.
$(BUILD)/src/tool/libpcap.o: COMPILE += -DLIBPCAP_SONAME=$(call soname,$(PCAP))
$(BUILD)/src/tool/capture_file.o: DEFINE += $(if $(PCAP),,-DWITHOUT_LIBPCAP)
$(BUILD)/src/tool/capture_file.o $(BUILD)/src/tool/libpcap.o: $(LINKED_WITH)

# The server's numbers over HTTP, unless it is static.
WITHOUT_HTTP := $(BUILD)/src/server/observe/http.o $(BUILD)/src/server/settings_addresses.o
$(BUILD)/src/server/observe/libmicrohttpd.o: COMPILE += -DLIBMICROHTTPD_SONAME=$(call soname,$(HTTP))
$(WITHOUT_HTTP): DEFINE += $(if $(HTTP),,-DWITHOUT_LIBMICROHTTPD)
$(WITHOUT_HTTP) $(BUILD)/src/server/observe/libmicrohttpd.o: $(LINKED_WITH)

# A store in PostgreSQL, unless it is static.
$(BUILD)/src/store/postgresql/libpq.o: COMPILE += -DLIBPQ_SONAME=$(call soname,$(POSTGRESQL))
$(BUILD)/src/store/postgresql/libpq.o: $(LINKED_WITH)
$(call objects,src/store/postgresql): DEFINE += $(POSTGRESQL_INCLUDE)
# Tests that look into the database by themselves.
POSTGRESQL_TESTS := $(patsubst %.c,$(BUILD)/%,\
    $(wildcard $(addprefix tests/unit/store/,test_contract.c test_postgresql_*.c)))
$(POSTGRESQL_TESTS:%=%.o): DEFINE += $(POSTGRESQL_INCLUDE)
$(POSTGRESQL_TESTS): LIBS += $(POSTGRESQL)
$(BUILD)/src/store/open.o: DEFINE += $(if $(POSTGRESQL),,-DWITHOUT_LIBPQ)
$(BUILD)/src/store/open.o: $(LINKED_WITH)

# A codec without shortcuts, under names of its own, beside the one that is shipped.
second_codec = -Itests -DSORTEO_PORTABLE -DSECOND_CODEC=$(1) -include tests/unit/codec/second_codec_names.h
PORTABLE_OBJECTS := $(patsubst %,$(BUILD)/without-shortcuts/%.o,src/codec/decoder src/codec/dialect $(DIALECTS:%=gen/%))
$(filter $(BUILD)/without-shortcuts/gen/%,$(PORTABLE_OBJECTS)): $(BUILD)/without-shortcuts/gen/%.o: $(GEN)/%.c
$(filter $(BUILD)/without-shortcuts/src/%,$(PORTABLE_OBJECTS)): $(BUILD)/without-shortcuts/%.o: %.c
$(PORTABLE_OBJECTS): $(COMPILED_WITH)
	@mkdir -p $(@D)
	$(COMPILE) $(GENERATED_WARNINGS) $(call second_codec,portable_) -c $(filter %.c,$^) -o $@
$(BUILD)/tests/unit/codec/test_plain: $(PORTABLE_OBJECTS)
$(BUILD)/tests/unit/codec/test_shortcuts: $(PORTABLE_OBJECTS) \
    $(filter-out %/oracle.o %/agreement.o,$(call objects,tests/conformance/oracle))

# SQLite loads it, with the test's own compiler and flags.
EXTENSION_TESTS := $(filter $(BUILD)/tests/unit/sqlite_extension/%,$(TESTS))
$(EXTENSION_TESTS): $(EXTENSION)
$(EXTENSION_TESTS:%=%.o): DEFINE += -DEXTENSION='"$(if $(filter /%,$(EXTENSION)),,./)$(EXTENSION)"'

# The store in memory is no part of any program: what tests it, links it.
$(BUILD)/tests/unit/store/test_contract: $(call objects,src/store/memory)

# As above: before the first build of one, what is missing for them is said, and nothing installed.
.PHONY: tests say-missing-for-tests
say-missing-for-tests:
	$(if $(wildcard $(TESTS)),,$(shell SORTEO_INSTALL=no $(NEED) build test >&2))
tests: say-missing-for-tests $(TESTS) ## build: Build the unit tests.

# What a compiler warns of in all of these, in a fifth of the time that its code takes: for CC="… -fsyntax-only". No
# file comes of it, so each call looks at everything.
.PHONY: warnings
warnings: $(MAINS) $(PARTS_OBJECTS) $(EXTENSION_OBJECTS) $(PORTABLE_OBJECTS) $(TESTS:%=%.o) \
    $(BUILD)/tests/unit/exit_status.o $(call objects,src/store/memory tests/conformance/oracle fuzz) \
    $(BUILD)/bench/codec/handwritten.o

# ---- Rigs that break things: promises kept when they do -------------------------------------------------------
include tests/crash/rules.mk

# ---- Several servers and all that can go wrong, simulated -------------------------------------------------------
include tests/simulation/rules.mk

# ---- Benchmarks ---------------------------------------------------------------------------------------------
include tests/bench/server/rules.mk
include tests/bench/codec/rules.mk

# ---- Fuzzing: what each target says always holds, attacked --------------------------------------------------
include fuzz/rules.mk

# ---- What people call ----------------------------------------------------------------------------------------
# One plan in four tiers: tests/README.md says what each proves. The checks build into folders of their own (build/gcc,
# build/asan …), each with its compiler and flags; the plan says which, and what runs in them.
NEED   := tests/tools/need.sh
# Not with this make's own flags: a plan says itself what it builds.
CHECKS := env -u MAKEFLAGS -u MFLAGS -u MAKELEVEL tests/tools/run-checks
PLAN   := tests/checks.ini

.PHONY: demo
demo: ## try: Run a server and a client for each agency up to a draw; compare every row and winner.
	@$(NEED) build $(if $(filter yes,$(TLS)),tls) $(if $(filter postgresql,$(STORE)),pg)
	$(if $(wildcard $(PROGRAMS)),,@echo 'Building. This takes a minute or two.')
	@$(MAKE) --no-print-directory $(PROGRAMS) >/dev/null
	@BUILD='$(BUILD)' DATA='$(DATA)' DIALECT='$(DIALECT)' BATCH='$(BATCH)' AGENCIES='$(AGENCIES)' TLS='$(TLS)' \
	    STORE='$(STORE)' SERVERS='$(SERVERS)' tests/e2e/demo.sh

.PHONY: test check full gates crash
test: ## test: Run the unit tests alone, in under a minute, with fewer random inputs than in `make full`.
	@$(NEED) build test
	@TEST_ROUNDS=50000 $(CHECKS) $(PLAN) 'unit-*'
# Four or three steps at a time: many of these wait more than they work.
check: ## test: Run what must hold before each commit, in minutes. Ends with `N passed, N failed`.
	@$(NEED) build gen check
	@$(CHECKS) --jobs 4 --tier check $(PLAN)
# TIERS=full leaves out what `make check` runs.
TIERS ?= check,full
full: ## test: Run `make check` and all else that needs no heavy tools. Ends with `N passed, N failed`.
	@$(NEED) build gen check full
	@$(CHECKS) --jobs 3 --tier $(TIERS) $(PLAN)
gates: ## test: Run the heavier gates: proof, coverage, a short attack. Ends with `N passed, N failed`.
	@$(NEED) build gen check fuzz coverage prove
	@$(CHECKS) --tier gate --logs build/gates-logs $(PLAN)
crash: ## attack: Break everything for an hour: kills, power cuts, disks, networks.
	@$(NEED) build crash
	@$(CHECKS) --tier long --logs build/long-logs --skips $(PLAN)

.PHONY: asan msan valgrind clang e2e
asan: ## test: Run the unit tests with AddressSanitizer and UndefinedBehaviorSanitizer.
	@$(NEED) build check
	@$(CHECKS) $(PLAN) 'asan-*'
msan: ## test: Run the tests of codec and tool with MemorySanitizer.
	@$(NEED) build check full
	@$(CHECKS) $(PLAN) 'msan-*'
valgrind: ## test: Run the unit tests under valgrind.
	@$(NEED) build check full
	@$(CHECKS) $(PLAN) 'valgrind-*'
clang: ## test: Read everything with clang, without a warning.
	@$(NEED) build check full
	@$(CHECKS) $(PLAN) clang-warnings
e2e: ## test: Run programs against programs, over loopback.
	@$(NEED) build check
	@$(CHECKS) $(PLAN) 'e2e-*'

.PHONY: coverage
coverage: ## test: Check that the tests, and the fuzz corpus alone, reach all of the codec.
	@tests/tools/coverage/coverage.sh

.PHONY: mutate
mutate: ## test: Break each condition of the codec in turn; check that the tests notice.
	@$(NEED) build check
	@tests/tools/mutation/mutate-codec --jobs $(JOBS)

.PHONY: model
model: ## test: Search the model of the protocol, and what the search finds when a rule is left out.
	@$(NEED) model
	@tests/model/check

.PHONY: processors
processors: ## test: Run the codec as built for arm64 and for s390x, which is big-endian, emulated by qemu.
	@$(NEED) build processors
	@$(CHECKS) --jobs 1 $(PLAN) processors

# See fuzz/README.md.
.PHONY: prove
prove: ## test: Prove for every input what tests can only sample. Ends with `N passed, N failed`.
	@$(NEED) gen prove
	@PYTHONDONTWRITEBYTECODE=1 tests/proof/prove

# Not $(SECONDS) in the script: to bash, which it is written in, that name is a clock.
TARGET  ?=
ENGINE  ?= libfuzzer
SECONDS ?= 60
QUIET   ?= 0
JOBS    ?= 1
MAX_LEN ?= 4096
INPUT   ?=
.PHONY: fuzz fuzz-smoke fuzz-merge fuzz-replay fuzz-planted fuzz-transitions
fuzz: ## attack: Attack every fuzz target, or TARGET=, for SECONDS= each.
	@FUZZ_ENGINE='$(ENGINE)' FUZZ_SECONDS='$(SECONDS)' FUZZ_QUIET='$(QUIET)' FUZZ_JOBS='$(JOBS)' \
	    FUZZ_MAX_LEN='$(MAX_LEN)' fuzz/fuzz.sh $(TARGET)
fuzz-smoke: ## attack: Attack every fuzz target for a few seconds.
	@FUZZ_SECONDS=5 FUZZ_CAMPAIGN=build/smoke fuzz/fuzz.sh $(TARGET)
fuzz-merge: ## attack: Fold what campaigns found into fuzz/corpus/.
	@fuzz/merge.sh
fuzz-replay: ## attack: Run TARGET= over INPUT=, or every target over corpus and regressions.
	@fuzz/replay.sh $(TARGET) $(INPUT)
fuzz-transitions: ## attack: Count the grammar's transitions that the corpus takes.
	@fuzz/transitions.sh
fuzz-planted: ## attack: Check that every fuzz target finds the bug that is planted for it.
	@$(NEED) build gen fuzz
	@tests/tools/plant-faults --kinds fuzz $(TARGET)

# ---- The manual ------------------------------------------------------------------------------------------------
include src/manual/rules.mk

# ---- Installation ----------------------------------------------------------------------------------------------
.PHONY: install
install: all $(BUILD)/sorteo.pc install-manual ## install: Install programs, libraries, header, pkg-config file, manual.
	install -d '$(DESTDIR)$(PREFIX)/bin' '$(DESTDIR)$(PREFIX)/include' '$(DESTDIR)$(LIBDIR)/pkgconfig'
	install $(PROGRAMS) '$(DESTDIR)$(PREFIX)/bin'
	install -m 644 src/codec/sorteo.h '$(DESTDIR)$(PREFIX)/include'
	install -m 644 $(LIBRARY) $(SHARED) $(EXTENSION) '$(DESTDIR)$(LIBDIR)'
	ln -sf $(notdir $(SHARED)) '$(DESTDIR)$(LIBDIR)/libsorteo.so.$(SOVERSION)'
	ln -sf libsorteo.so.$(SOVERSION) '$(DESTDIR)$(LIBDIR)/libsorteo.so'
	install -m 644 $(BUILD)/sorteo.pc '$(DESTDIR)$(LIBDIR)/pkgconfig'
	install -d '$(DESTDIR)$(LIBDIR)/wireshark/plugins'
	install -m 644 $(GEN)/sorteo.lua '$(DESTDIR)$(LIBDIR)/wireshark/plugins'
	@$(if $(DESTDIR),:,src/codec/after-install.sh '$(LIBDIR)' libsorteo.so.$(SOVERSION))

must_be_absolute = $(if $(filter /%,$(firstword $($(1)))),,$(error $(1)=$($(1)) is no absolute path))
.PHONY: $(BUILD)/sorteo.pc
$(BUILD)/sorteo.pc: src/codec/sorteo.pc.in
	$(call must_be_absolute,PREFIX)$(call must_be_absolute,LIBDIR)
	@mkdir -p $(@D)
	sed -e 's|@PREFIX@|$(PREFIX)|' -e 's|^libdir=.*|libdir=$(LIBDIR)|' -e 's|@VERSION@|$(VERSION)|' $< >$@

.PHONY: uninstall
uninstall: uninstall-manual ## install: Remove what install installed; needs the same PREFIX and DESTDIR.
	rm -f $(PROGRAMS:$(BUILD)/%='$(DESTDIR)$(PREFIX)/bin/%') '$(DESTDIR)$(PREFIX)/include/sorteo.h' \
	    '$(DESTDIR)$(LIBDIR)/libsorteo.a' '$(DESTDIR)$(LIBDIR)'/libsorteo.so{,.$(SOVERSION),.$(VERSION)} \
	    '$(DESTDIR)$(LIBDIR)/libsorteo_sqlite.so' \
	    '$(DESTDIR)$(LIBDIR)/pkgconfig/sorteo.pc' '$(DESTDIR)$(LIBDIR)/wireshark/plugins/sorteo.lua'

# ---- Packages --------------------------------------------------------------------------------------------------
# git writes the same bytes for the same commit, whatever the machine's umask and clock.
ARCHIVE  := $(BUILD)/sorteo-$(VERSION).tar.gz
.PHONY: dist deb abi
dist: ## install: Make a reproducible source archive of the last commit in build/.
	@mkdir -p '$(BUILD)'
	git -c tar.umask=0022 archive --format=tar --prefix=sorteo-$(VERSION)/ HEAD | gzip -9n >'$(ARCHIVE)'
deb: ## install: Make Debian packages in build/deb/ from examples/debian/; installs nothing.
	@$(NEED) build deb
	@examples/debian/build '$(BUILD)/deb'
# For a release: from then on tests/tools/check-packages compares the library with what this records.
ABI := src/codec/libsorteo.abi
abi: $(SHARED) ## install: Record the library's binary interface as that of this release.
	abidw --headers-dir src/codec --drop-private-types --no-comp-dir-path --no-corpus-path --no-show-locs \
	    --no-elf-needed --no-write-default-sizes --out-file $(ABI) $(SHARED)

.PHONY: clean
clean: ## build: Remove what was built in BUILD.
	@[ ! -e '$(BUILD)' ] || [ '$(BUILD)' = build ] || [ -e '$(COMPILED_WITH)' ] || \
	    { echo 'Nothing was built in $(BUILD), so it stays.' >&2; exit 1; }
	rm -rf '$(BUILD)'

.PHONY: help
help: ## build: Print this list.
	@tests/tools/make-help $(filter Makefile %.mk,$(MAKEFILE_LIST))

# In deb/ are the packages' folders, of which one ends in .d too.
-include $(shell find $(BUILD) -path '$(BUILD:%/=%)/deb' -prune -o -name '*.d' -print 2>/dev/null)
endif
