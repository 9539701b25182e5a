# SPDX-License-Identifier: GPL-3.0-or-later
# make help says what there is.

CC ?= cc
VERSION := 0.1.0
PREFIX ?= /usr/local
BUILD ?= build
V ?= 0
Q := $(if $(filter 1,$(V)),,@)

PACKAGES := gcc make pkg-config libglpk-dev libopenblas-dev liblapacke-dev libgmp-dev libcjson-dev libsmartcols-dev libssl-dev libcmocka-dev python3
MORE_PACKAGES := clang libclang-rt-14-dev clang-format clang-tidy cppcheck valgrind gcovr shellcheck

WARNINGS := -Wall -Wextra -Wpedantic -Wshadow -Wconversion -Wstrict-prototypes -Wmissing-prototypes -Wold-style-definition \
            -Wpointer-arith -Wcast-qual -Wcast-align -Wwrite-strings -Wvla -Wundef -Wformat=2 -Wredundant-decls \
            -Wnull-dereference -Wdouble-promotion -Wfloat-conversion
OPTIMISE ?= -O2
CPPFLAGS += -Iinclude -Isolver -Imodels -Icli -D_GNU_SOURCE
CFLAGS ?= -g
ALL_CFLAGS = -std=c11 $(OPTIMISE) $(WARNINGS) -fvisibility=hidden -fPIC $(CFLAGS)
LIBRARIES := -lglpk -lgmp -lcjson -lcrypto -lm
PROGRAM_LIBRARIES := -lsmartcols

SOLVER := $(wildcard solver/*.c solver/rules/*.c)
MODELS := $(wildcard models/*.c)
CLI := $(wildcard cli/*.c)
LIBRARY_OBJECTS := $(patsubst %.c,$(BUILD)/%.o,$(SOLVER) $(MODELS))
CLI_OBJECTS := $(patsubst %.c,$(BUILD)/%.o,$(CLI))

all: $(BUILD)/accord $(BUILD)/libaccord.a $(BUILD)/libaccord.so

help:
	@echo 'make              build build/accord, build/libaccord.a and build/libaccord.so'
	@echo 'make demo         install what is missing, build, solve an example'
	@echo 'make test         install what is missing, build, run every test'
	@echo 'make deps         install the Debian packages that are missing'
	@echo 'make asan         every test under AddressSanitizer and UndefinedBehaviorSanitizer'
	@echo 'make lint         formatting, clang-tidy, cppcheck, and a build by gcc and clang with warnings as errors'
	@echo 'make cover        branch coverage of solver/ and models/'
	@echo 'make fuzz         the sheet reader under libFuzzer for 60 seconds'
	@echo 'make bench        measurements'
	@echo 'make install, make uninstall    PREFIX (/usr/local) and DESTDIR are obeyed'
	@echo 'make clean        remove build/'
	@echo 'V=1 shows the commands'

$(BUILD)/%.o: %.c
	@mkdir -p $(@D)
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

clean:
	rm -rf build

.PHONY: all help clean
