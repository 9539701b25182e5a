/* SPDX-License-Identifier: GPL-3.0-or-later */
/* SHA-256 by libcrypto, opened when it is first needed.
 *
 * By the plain functions that OpenSSL 3 calls deprecated: those in their place set up the whole of
 * libcrypto (thousands of blocks, and a crash inside it where memory ends) for one digest. */
#define OPENSSL_SUPPRESS_DEPRECATED
#include "digest.h"

#include "library.h"
#include "threads.h"

#include <openssl/opensslv.h>
#include <openssl/sha.h>
#include <pthread.h>
#include <signal.h>
#include <stdatomic.h>
#include <stdio.h>

enum { PIECE = 1 << 20, WORTH_A_THREAD = 1 << 20, TEXT = 2 * SHA256_DIGEST_LENGTH + 1 };

static const char libcrypto[] = "libcrypto.so.3";

struct input_digest {
  accord_context *context;
  const char *bytes;
  size_t length, at; /* bytes taken in so far */
  void (*passed)(const void *from, size_t length);
  bool opened;
  __typeof__(&SHA256_Init) init;
  __typeof__(&SHA256_Update) update;
  __typeof__(&SHA256_Final) final;
  SHA256_CTX state;
  const char *why; /* it cannot be had, or NULL */
  bool running;
  atomic_bool stop;
  pthread_t thread;
  char text[TEXT]; /* "" until it is known */
};

static void join(input_digest *digest) {
  if (digest->running) pthread_join(digest->thread, NULL);
  digest->running = false;
}

static void release(void *memory) {
  input_digest *digest = memory;
  atomic_store(&digest->stop, true);
  join(digest);
}

input_digest *digest_of(accord_context *context, const char *bytes, size_t length,
                        void (*passed)(const void *from, size_t length)) {
  input_digest *digest = pool_new_released(context, sizeof *digest, release);
  digest->context = context;
  digest->bytes = bytes;
  digest->length = length;
  digest->passed = passed;
  return digest;
}

static void open_functions(input_digest *digest) {
  digest->opened = true;
  digest->why = find_function(&digest->init, libcrypto, "SHA256_Init");
  if (!digest->why) digest->why = find_function(&digest->update, libcrypto, "SHA256_Update");
  if (!digest->why) digest->why = find_function(&digest->final, libcrypto, "SHA256_Final");
  if (!digest->why) digest->init(&digest->state);
}

static void take_piece(input_digest *digest) {
  size_t left = digest->length - digest->at, piece = left < PIECE ? left : PIECE;
  digest->update(&digest->state, digest->bytes + digest->at, piece);
  if (digest->passed) digest->passed(digest->bytes + digest->at, piece);
  digest->at += piece;
}

static void *take_all(void *argument) {
  input_digest *digest = argument;
  open_functions(digest);
  while (!digest->why && digest->at < digest->length && !atomic_load(&digest->stop) && !is_time_up(digest->context))
    take_piece(digest);
  return NULL;
}

/* Signals are for the thread that reads and solves. */
void digest_begin(input_digest *digest) {
  sigset_t all, before;
  if (digest->length < WORTH_A_THREAD || most_threads(digest->context) < 2) return;
  sigfillset(&all);
  pthread_sigmask(SIG_SETMASK, &all, &before);
  digest->running = pthread_create(&digest->thread, NULL, take_all, digest) == 0;
  pthread_sigmask(SIG_SETMASK, &before, NULL);
}

const char *digest_text(input_digest *digest) {
  unsigned char sum[SHA256_DIGEST_LENGTH];
  if (digest->text[0]) return digest->text;
  join(digest);
  if (!digest->opened) open_functions(digest);
  if (digest->why) guard_leave(digest->context, ACCORD_FAILED, "the SHA-256 of the input: %s", digest->why);
  while (digest->at < digest->length) {
    check_clock(digest->context);
    take_piece(digest);
  }
  digest->final(sum, &digest->state);
  for (unsigned i = 0; i < sizeof sum; i++) snprintf(digest->text + 2 * (size_t)i, 3, "%02x", sum[i]);
  return digest->text;
}

const char *digest_library_version(void) { return OPENSSL_VERSION_TEXT; }
