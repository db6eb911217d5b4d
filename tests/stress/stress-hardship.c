/* Copyright 2026 The MyThread authors
 * SPDX-License-Identifier: LGPL-2.1-or-later
 */

#include "stress-hardship.h"

#include <sched.h>

typedef enum {
  NO_HARDSHIP = 0,
  ONE_PROCESSOR = 1 << 0,
  BATCH = 1 << 1,
  OVERLOAD = 1 << 2,
} Hardship;

typedef struct {
  cpu_set_t affinity;
  int policy;
  struct sched_param param;
} Setting;

static void
setting_save (Setting *self)
{
  g_assert_cmpint (sched_getaffinity (0, sizeof self->affinity, &self->affinity), ==, 0);
  self->policy = sched_getscheduler (0);
  g_assert_cmpint (sched_getparam (0, &self->param), ==, 0);
}

static void
setting_restore (const Setting *self)
{
  g_assert_cmpint (sched_setaffinity (0, sizeof self->affinity, &self->affinity), ==, 0);
  g_assert_cmpint (sched_setscheduler (0, self->policy, &self->param), ==, 0);
}

static void
pin_to_one_processor (void)
{
  int cpu = sched_getcpu ();
  cpu_set_t one;

  g_assert_cmpint (cpu, >=, 0);
  CPU_ZERO (&one);
  CPU_SET (cpu, &one);
  g_assert_cmpint (sched_setaffinity (0, sizeof one, &one), ==, 0);
}

static void
be_batch (void)
{
  struct sched_param param = { .sched_priority = 0 };

  g_assert_cmpint (sched_setscheduler (0, SCHED_BATCH, &param), ==, 0);
}

static gpointer
spin (gpointer stop)
{
  while (!g_atomic_int_get ((gint *) stop)) {
  }
  return NULL;
}

/* What is started meanwhile inherits it. */
static void
endure (Hardship hardship,
        const StressCase *a_case)
{
  GThread *spinners[3] = { NULL };
  Setting setting;
  gint stop = 0;

  setting_save (&setting);
  if (hardship & ONE_PROCESSOR) {
    pin_to_one_processor ();
  }
  if (hardship & BATCH) {
    be_batch ();
  }
  for (guint i = 0; (hardship & OVERLOAD) && i < G_N_ELEMENTS (spinners); i++) {
    spinners[i] = g_thread_new ("spinner", spin, &stop);
  }
  stress_run (a_case);
  g_atomic_int_set (&stop, 1);
  for (guint i = 0; (hardship & OVERLOAD) && i < G_N_ELEMENTS (spinners); i++) {
    g_thread_join (spinners[i]);
  }
  setting_restore (&setting);
}

static void
run_plainly (gconstpointer a_case)
{
  endure (NO_HARDSHIP, a_case);
}

static void
run_on_one_processor (gconstpointer a_case)
{
  endure (ONE_PROCESSOR, a_case);
}

static void
run_as_batch (gconstpointer a_case)
{
  endure (BATCH, a_case);
}

static void
run_overloaded (gconstpointer a_case)
{
  endure (ONE_PROCESSOR | OVERLOAD, a_case);
}

int
stress_hard_main (int argc,
                  char **argv,
                  const char *path,
                  const StressCase *cases,
                  gsize n_cases)
{
  static const struct {
    const char *name;
    GTestDataFunc run;
  } settings[] = {
    { "plain", run_plainly },
    { "one-processor", run_on_one_processor },
    { "batch", run_as_batch },
    { "overloaded", run_overloaded },
  };

  stress_init (&argc, &argv);
  for (gsize i = 0; i < G_N_ELEMENTS (settings); i++) {
    for (gsize j = 0; j < n_cases; j++) {
      g_autofree char *full = g_strdup_printf ("%s/%s/%s", path, settings[i].name, cases[j].name);

      g_test_add_data_func (full, &cases[j], settings[i].run);
    }
  }
  return g_test_run ();
}
