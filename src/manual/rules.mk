# The manual and the shells' completions; part of the Makefile. They are made from what the programs print
# (make-manual), when they are to be installed. If the programs cannot run here, MANUAL=no leaves the manual out.

MANUAL       ?= yes
MANDIR       ?= $(PREFIX)/share/man
BASHDIR      ?= $(PREFIX)/share/bash-completion/completions
ZSHDIR       ?= $(PREFIX)/share/zsh/site-functions
FISHDIR      ?= $(PREFIX)/share/fish/vendor_completions.d
MANUAL_MADE  := $(BUILD)/manual/made
MANUAL_PARTS := $(wildcard src/manual/*) $(wildcard src/*/*.[1378].in) src/codec/sorteo.h grammar/PROTOCOL.md \
                src/server/observe/README.md

$(MANUAL_MADE): $(PROGRAMS) $(MANUAL_PARTS)
	src/manual/make-manual '$(BUILD)' '$(BUILD)/manual'
	@touch $@

.PHONY: man install-manual uninstall-manual
man: $(MANUAL_MADE) ## build: Make the manual and the shells' completions in build/manual/.

ifeq ($(MANUAL),no)
install-manual:
else
install-manual: $(MANUAL_MADE)
	@put() { \
	    install -d "$$2" && find "$(BUILD)/manual/$$1" -type f -exec install -m 644 -t "$$2" {} + && \
	        find "$(BUILD)/manual/$$1" -type l -exec cp -d --remove-destination -t "$$2" {} +; \
	}; \
	for section in 1 3 7 8; do put man$$section '$(DESTDIR)$(MANDIR)'/man$$section; done; \
	put bash '$(DESTDIR)$(BASHDIR)'; put zsh '$(DESTDIR)$(ZSHDIR)'; put fish '$(DESTDIR)$(FISHDIR)'
endif

# All pages have the project's name before a dot, a dash or an underscore.
uninstall-manual:
	rm -f '$(DESTDIR)$(MANDIR)'/man[1378]/sorteo{,-*,_*}.[1378] '$(DESTDIR)$(BASHDIR)'/sorteo{,-client,-server} \
	    '$(DESTDIR)$(ZSHDIR)'/_sorteo{,-client,-server} '$(DESTDIR)$(FISHDIR)'/sorteo{,-client,-server}.fish
