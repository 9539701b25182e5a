# SPDX-License-Identifier: GPL-3.0-or-later
# make help says what there is.

CC ?= cc
VERSION := 0.1.0
PREFIX ?= /usr/local
BUILD ?= build
V ?= 0
Q := $(if $(filter 1,$(V)),,@)

BUILD_PACKAGES := gcc libc6-dev binutils pkg-config libglpk-dev libgmp-dev libopenblas-dev liblapacke-dev \
                  libcjson-dev libsmartcols-dev libssl-dev
TEST_PACKAGES := libcmocka-dev python3 glpk-utils coinor-cbc qsopt-ex locales \
                 python3-jsonschema groff-base mandoc
LINT_PACKAGES := clang libomp-dev clang-format clang-tidy cppcheck shellcheck
FUZZ_PACKAGES := clang libclang-rt-14-dev
VALGRIND_PACKAGES := valgrind libc6-dbg
COVER_PACKAGES := gcovr

WARNINGS := -Wall -Wextra -Wpedantic -Wshadow -Wconversion -Wstrict-prototypes -Wmissing-prototypes -Wold-style-definition \
            -Wpointer-arith -Wcast-qual -Wcast-align -Wwrite-strings -Wvla -Wundef -Wformat=2 -Wredundant-decls \
            -Wnull-dereference -Wdouble-promotion -Wfloat-conversion
OPTIMISE ?= -O2
CPPFLAGS += -Iinclude -Isolver -Imodels -Icli -D_GNU_SOURCE
CFLAGS ?= -g
OPENMP ?= -fopenmp
ALL_CFLAGS = -std=c11 $(OPTIMISE) $(WARNINGS) -fvisibility=hidden -fPIC $(OPENMP) $(CFLAGS)
LIBRARIES := -lglpk -lgmp -lcjson -lm
# solver/library.h: opened at run time. Tests call them by themselves as well.
OPENED_LIBRARIES := -llapacke -lopenblas -lcrypto
PROGRAM_LIBRARIES := -lsmartcols

SOLVER := $(wildcard solver/*.c solver/rules/*.c)
MODELS := $(wildcard models/*.c)
CLI := $(wildcard cli/*.c cli/explain/*.c)
LIBRARY_OBJECTS := $(patsubst %.c,$(BUILD)/%.o,$(SOLVER) $(MODELS))
CLI_OBJECTS := $(patsubst %.c,$(BUILD)/%.o,$(CLI)) $(BUILD)/cli/termsheet_schema.o
SCHEMA := models/termsheet.schema.json

all: $(BUILD)/accord $(BUILD)/libaccord.a $(BUILD)/libaccord.so

help:
	@echo 'make              build build/accord, build/libaccord.a and build/libaccord.so'
	@echo 'make demo         install what is missing, build, solve an example'
	@echo 'make test         install what is missing, build, run every test'
	@echo 'make deps         install the Debian packages that are missing'
	@echo 'make asan         every test under AddressSanitizer and UndefinedBehaviorSanitizer'
	@echo 'make lint         formatting, clang-tidy, cppcheck, builds by gcc and clang with warnings as errors'
	@echo 'make cover        branch coverage of solver/ and models/'
	@echo 'make fuzz         the sheet reader, then whole solves, under libFuzzer for FUZZ_SECONDS (60) each'
	@echo 'make valgrind     runs of the program and unit tests under valgrind'
	@echo 'make bench        measurements, with the goals beside them (BENCH=program, WHAT=rows)'
	@echo 'make bench-compare   the same, against benchmarks/baseline.csv'
	@echo 'make bench-baseline, make bench-figures   that file anew, and the table and plot of benchmarks/README.md'
	@echo 'make install, make uninstall    PREFIX (/usr/local) and DESTDIR are obeyed'
	@echo 'make clean        remove build/'
	@echo 'V=1 shows the commands'

$(BUILD)/%.o: %.c
	@mkdir -p $(@D)
	@$(if $(filter 1,$(V)),,echo '  CC      $<')
	$(Q)$(CC) $(CPPFLAGS) $(ALL_CFLAGS) -MMD -MP -c $< -o $@

# The schema as the array that cli/schema.c prints: its bytes, so that any compiler takes it.
$(BUILD)/cli/termsheet_schema.c: $(SCHEMA)
	@mkdir -p $(@D)
	@$(if $(filter 1,$(V)),,echo '  EMBED   $<')
	$(Q){ printf '#include "schema.h"\n\nconst unsigned char termsheet_schema[] = {\n'; od -An -v -tu1 $< | sed 's/ *\([0-9][0-9]*\)/\1,/g'; \
	      printf '};\n\nconst size_t termsheet_schema_length = sizeof termsheet_schema;\n'; } >$@.part && mv $@.part $@

$(BUILD)/cli/termsheet_schema.o: $(BUILD)/cli/termsheet_schema.c
	@$(if $(filter 1,$(V)),,echo '  CC      $<')
	$(Q)$(CC) $(CPPFLAGS) $(ALL_CFLAGS) -MMD -MP -c $< -o $@

$(BUILD)/accord: $(CLI_OBJECTS) $(LIBRARY_OBJECTS)
	@$(if $(filter 1,$(V)),,echo '  LINK    $@')
	$(Q)$(CC) $(ALL_CFLAGS) $(LDFLAGS) $^ $(LIBRARIES) $(PROGRAM_LIBRARIES) -o $@

# One object in which only the public names are left, so that ours never meet a user's.
$(BUILD)/libaccord.a: $(LIBRARY_OBJECTS)
	@$(if $(filter 1,$(V)),,echo '  AR      $@')
	$(Q)$(LD) -r $^ -o $(BUILD)/accord-all.o
	$(Q)objcopy --localize-hidden $(BUILD)/accord-all.o
	$(Q)rm -f $@ && $(AR) rcs $@ $(BUILD)/accord-all.o

$(BUILD)/libaccord.so: $(LIBRARY_OBJECTS)
	@$(if $(filter 1,$(V)),,echo '  LINK    $@')
	$(Q)$(CC) -shared -Wl,-soname,libaccord.so.0 $(ALL_CFLAGS) $(LDFLAGS) $^ $(LIBRARIES) -o $@

include tests/tests.mk

-include $(wildcard $(BUILD)/*/*.d $(BUILD)/*/*/*.d)

# ------------------------------------------------------------------ packages

# $(call install_missing,PACKAGES): only what is missing, with sudo only where it is needed.
define install_missing
@missing=; \
for package in $(1); do \
  dpkg-query -W -f='$${Status}' $$package 2>/dev/null | grep -q 'ok installed' || missing="$$missing $$package"; \
done; \
[ -z "$$missing" ] && exit 0; \
if ! command -v apt-get >/dev/null 2>&1; then \
  echo "accord needs these Debian packages, or your system's equivalents:$$missing" >&2; \
  echo "There is no apt-get here: install them by hand, then run make again." >&2; \
  exit 1; \
fi; \
sudo=; [ "$$(id -u)" = 0 ] || sudo=sudo; \
echo "installing$$missing"; \
$$sudo apt-get update -qq && DEBIAN_FRONTEND=noninteractive $$sudo apt-get install -y -qq --no-install-recommends $$missing >/dev/null
endef

deps:
	$(call install_missing,$(BUILD_PACKAGES) $(TEST_PACKAGES))

deps-build:
	$(call install_missing,$(BUILD_PACKAGES))

deps-lint:
	$(call install_missing,$(BUILD_PACKAGES) $(LINT_PACKAGES))

deps-fuzz:
	$(call install_missing,$(BUILD_PACKAGES) $(FUZZ_PACKAGES))

deps-valgrind:
	$(call install_missing,$(BUILD_PACKAGES) $(TEST_PACKAGES) $(VALGRIND_PACKAGES))

deps-cover:
	$(call install_missing,$(BUILD_PACKAGES) $(TEST_PACKAGES) $(COVER_PACKAGES))

# ---------------------------------------------------------------- the main job

demo: deps-build
	@$(MAKE) --no-print-directory all
	@echo
	@echo '$$ accord solve examples/consortium.json'
	@$(BUILD)/accord solve examples/consortium.json

# Every benchmarks/NAME.c but measure.c, the harness, is a program of its own; BENCH names those to run, WHAT the rows.
BENCH ?= $(patsubst benchmarks/%.c,%,$(filter-out benchmarks/measure.c,$(sort $(wildcard benchmarks/*.c))))
BENCHMARKS := $(BENCH:%=$(BUILD)/benchmarks/%)
COMMIT = $(shell git describe --always --dirty 2>/dev/null)
FIGURES := python3 benchmarks/figures.py

bench: deps-build
	@$(MAKE) --no-print-directory bench-programs
	@$(MAKE) --no-print-directory -s bench-csv >$(BUILD)/bench.csv
	@$(FIGURES) table $(BUILD)/bench.csv

bench-programs: $(BENCHMARKS)

bench-csv: $(BENCHMARKS)
	@header=1; for program in $(BENCHMARKS); do \
	  ACCORD_BENCH_HEADER=$$header ACCORD_COMMIT='$(COMMIT)' $$program $(WHAT) || exit 1; header=0; done

# Fails where a ratio is twice more than a quarter above benchmarks/baseline.csv; bench-baseline writes that anew.
bench-compare: deps-build
	@$(MAKE) --no-print-directory bench-programs
	@for run in 1 2; do $(MAKE) --no-print-directory -s bench-csv >$(BUILD)/bench$$run.csv || exit 1; done
	@python3 benchmarks/compare.py benchmarks/baseline.csv $(BUILD)/bench1.csv $(BUILD)/bench2.csv

bench-baseline: deps-build
	@$(MAKE) --no-print-directory bench-programs
	@$(MAKE) --no-print-directory -s bench-csv >$(BUILD)/bench.csv
	@cp $(BUILD)/bench.csv benchmarks/baseline.csv

# README's table and plot, from the baseline.
bench-figures:
	@$(FIGURES) readme benchmarks/baseline.csv benchmarks/README.md benchmarks/scaling.svg

$(BUILD)/benchmarks/reading: $(BUILD)/accord

$(BUILD)/benchmarks/%: $(BUILD)/benchmarks/%.o $(BUILD)/benchmarks/measure.o $(LIBRARY_OBJECTS)
	@$(if $(filter 1,$(V)),,echo '  LINK    $@')
	$(Q)$(CC) $(ALL_CFLAGS) $(LDFLAGS) $(filter %.o,$^) $(LIBRARIES) $(OPENED_LIBRARIES) -o $@

# --------------------------------------------------------------------- install

SHARE = $(DESTDIR)$(PREFIX)/share
COMPLETIONS = $(SHARE)/bash-completion/completions

install: all
	install -d $(DESTDIR)$(PREFIX)/bin $(DESTDIR)$(PREFIX)/lib/pkgconfig $(DESTDIR)$(PREFIX)/include
	install -d $(SHARE)/accord $(SHARE)/man/man1 $(COMPLETIONS)
	install -m 755 $(BUILD)/accord $(DESTDIR)$(PREFIX)/bin/accord
	install -m 644 include/accord.h $(DESTDIR)$(PREFIX)/include/accord.h
	install -m 644 $(BUILD)/libaccord.a $(DESTDIR)$(PREFIX)/lib/libaccord.a
	install -m 755 $(BUILD)/libaccord.so $(DESTDIR)$(PREFIX)/lib/libaccord.so.0
	ln -sf libaccord.so.0 $(DESTDIR)$(PREFIX)/lib/libaccord.so
	sed -e 's|@PREFIX@|$(PREFIX)|' -e 's|@VERSION@|$(VERSION)|' accord.pc.in >$(DESTDIR)$(PREFIX)/lib/pkgconfig/accord.pc
	install -m 644 $(SCHEMA) $(SHARE)/accord/termsheet.schema.json
	install -m 644 man/accord.1 $(SHARE)/man/man1/accord.1
	install -m 644 completion/accord $(COMPLETIONS)/accord

uninstall:
	rm -f $(SHARE)/accord/termsheet.schema.json $(SHARE)/man/man1/accord.1 $(COMPLETIONS)/accord
	rmdir $(SHARE)/accord 2>/dev/null || true
	rm -f $(DESTDIR)$(PREFIX)/bin/accord $(DESTDIR)$(PREFIX)/include/accord.h $(DESTDIR)$(PREFIX)/lib/libaccord.a \
	      $(DESTDIR)$(PREFIX)/lib/libaccord.so $(DESTDIR)$(PREFIX)/lib/libaccord.so.0 $(DESTDIR)$(PREFIX)/lib/pkgconfig/accord.pc

clean:
	rm -rf build

.PHONY: all help deps deps-build deps-lint deps-fuzz deps-valgrind deps-cover demo bench bench-programs bench-csv bench-compare bench-baseline bench-figures install uninstall clean
