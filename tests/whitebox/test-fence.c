/* Copyright 2026 The MyThread authors
 * SPDX-License-Identifier: LGPL-2.1-or-later
 */

#include <errno.h>
#include <linux/filter.h>
#include <linux/seccomp.h>
#include <pthread.h>
#include <sched.h>
#include <stddef.h>
#include <sys/prctl.h>
#include <sys/syscall.h>

#include "wait/my-fence-private.h"

/* So many, or as many as there are in this time. */
#define N_ROUNDS 100000
#define RACE_US (300 * 1000)

/* What two OS threads store and look at, in rounds: who has come to a round waits for the other, and then both run. */
typedef struct {
  cpu_set_t allowed;
  _Atomic guint light __attribute__ ((aligned (64))); /* the round that each side has stored */
  _Atomic guint heavy __attribute__ ((aligned (64)));
  _Atomic guint at_light __attribute__ ((aligned (64))); /* the round that each side has come to */
  _Atomic guint at_heavy __attribute__ ((aligned (64)));
  _Atomic guint end; /* the first round that is not run; stored before the heavy side comes to it */
  gboolean light_saw[N_ROUNDS];
  gboolean heavy_saw[N_ROUNDS];
} Litmus;

/* Who came first sees late that the other has come, so without the pause the two would never be in the same place. */
static void
meet (_Atomic guint *mine,
      _Atomic guint *other,
      guint round,
      guint32 *random)
{
  atomic_store (mine, round);
  for (guint i = 0; atomic_load (other) < round; i++) {
    if (i > 500) {
      sched_yield ();
    }
  }

  *random = *random * 1664525u + 1013904223u;
  for (volatile guint pause = *random >> 24; pause > 0; pause--) {
  }
}

/* On the processor of this number, of those that the process may use: on one of them nothing can be seen out of order. */
static void
pin (const cpu_set_t *allowed,
     gint number)
{
  cpu_set_t one;
  gint cpu = -1;

  CPU_ZERO (&one);
  for (number %= CPU_COUNT (allowed); number >= 0; number--) {
    do {
      cpu++;
    } while (!CPU_ISSET (cpu, allowed));
  }
  CPU_SET (cpu, &one);
  g_assert_cmpint (sched_setaffinity (0, sizeof one, &one), ==, 0);
}

static gpointer
run_light (gpointer data)
{
  Litmus *litmus = data;
  guint32 random = 1;

  pin (&litmus->allowed, 1);
  for (guint round = 1;; round++) {
    meet (&litmus->at_light, &litmus->at_heavy, round, &random);
    if (round >= atomic_load (&litmus->end)) {
      break;
    }
    atomic_store_explicit (&litmus->light, round, memory_order_relaxed);
    my_fence_light ();
    litmus->light_saw[round] = atomic_load_explicit (&litmus->heavy, memory_order_relaxed) == round;
  }
  return NULL;
}

/* Dekker: one of the two sees the other's store. */
static void
test_litmus (gconstpointer asymmetric)
{
  gboolean was_asymmetric = my_fence_is_asymmetric;
  Litmus *litmus = g_aligned_alloc0 (1, sizeof *litmus, 64);
  gint64 deadline = g_get_monotonic_time () + RACE_US;
  guint32 random = 2;
  guint n_both = 0;
  pthread_t thread;

  my_fence_is_asymmetric = was_asymmetric && asymmetric != NULL;
  g_assert_cmpint (sched_getaffinity (0, sizeof litmus->allowed, &litmus->allowed), ==, 0);
  litmus->end = G_MAXUINT;
  pthread_create (&thread, NULL, run_light, litmus);
  pin (&litmus->allowed, 0);
  for (guint round = 1;; round++) {
    if (round == N_ROUNDS || g_get_monotonic_time () > deadline) {
      atomic_store (&litmus->end, round);
    }
    meet (&litmus->at_heavy, &litmus->at_light, round, &random);
    if (round >= litmus->end) {
      break;
    }
    atomic_store_explicit (&litmus->heavy, round, memory_order_relaxed);
    g_assert_true (my_fence_heavy ());
    litmus->heavy_saw[round] = atomic_load_explicit (&litmus->light, memory_order_relaxed) == round;
  }
  pthread_join (thread, NULL);
  g_assert_cmpint (sched_setaffinity (0, sizeof litmus->allowed, &litmus->allowed), ==, 0);

  for (guint round = 1; round < litmus->end; round++) {
    g_assert_true (litmus->light_saw[round] || litmus->heavy_saw[round]);
    n_both += litmus->light_saw[round] && litmus->heavy_saw[round];
  }
  g_test_message ("%s: %u of %u rounds saw both", my_fence_is_asymmetric ? "asymmetric" : "symmetric", n_both, litmus->end);
  g_aligned_free (litmus);
  my_fence_is_asymmetric = was_asymmetric;
}

/* A sandbox that is closed after the start says so; nobody takes it for a fence. */
static void
test_sandbox (void)
{
  struct sock_filter code[] = {
    BPF_STMT (BPF_LD | BPF_W | BPF_ABS, offsetof (struct seccomp_data, nr)),
    BPF_JUMP (BPF_JMP | BPF_JEQ | BPF_K, SYS_membarrier, 0, 1),
    BPF_STMT (BPF_RET | BPF_K, SECCOMP_RET_ERRNO | EPERM),
    BPF_STMT (BPF_RET | BPF_K, SECCOMP_RET_ALLOW),
  };
  struct sock_fprog program = { G_N_ELEMENTS (code), code };

  if (!g_test_subprocess ()) {
    g_test_trap_subprocess (NULL, 0, 0);
    g_test_trap_assert_passed ();
    return;
  }

  g_assert_true (my_fence_heavy ());
  g_assert_cmpint (prctl (PR_SET_NO_NEW_PRIVS, 1, 0, 0, 0), ==, 0);
  g_assert_cmpint (prctl (PR_SET_SECCOMP, SECCOMP_MODE_FILTER, &program), ==, 0);
  g_assert_cmpint (my_fence_heavy (), ==, !my_fence_is_asymmetric);
}

int
main (int argc,
      char *argv[])
{
  g_test_init (&argc, &argv, NULL);
  g_test_add_data_func ("/fence/litmus/asymmetric", GINT_TO_POINTER (TRUE), test_litmus);
  g_test_add_data_func ("/fence/litmus/symmetric", NULL, test_litmus);
  g_test_add_func ("/fence/sandbox", test_sandbox);
  return g_test_run ();
}
