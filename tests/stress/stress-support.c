/* Copyright 2026 The MyThread authors
 * SPDX-License-Identifier: LGPL-2.1-or-later
 */

#include "stress-support.h"

#include "my-test-patience.h"

#include <pthread.h>
#include <sched.h>
#include <signal.h>
#include <string.h>
#include <unistd.h>

#define DEFAULT_SECONDS 0.3
#define HANG_SECONDS 40

static struct {
  char name[128];
  gint64 deadline;
  guint n_rounds;
  gint n_alarms; /* atomic: until it hangs; by begin(), and then by the handler of SIGALRM, on any thread */
  gint is_over;  /* atomic */
  struct {
    const char *what;
    gint64 sum;
  } tallies[2];
} current_case;

static gint n_tokens;

static void
on_alarm (int signal_number)
{
  static const char message[] = "\nBail out! it hangs: ";

  /* A second after a second: one that comes late, since the process was stopped, is still one. */
  if (!g_atomic_int_dec_and_test (&current_case.n_alarms)) {
    alarm (1);
    return;
  }

  /* nothing but async-signal-safe functions here */
  if (write (STDERR_FILENO, message, sizeof message - 1) < 0 ||
      write (STDERR_FILENO, current_case.name, strlen (current_case.name)) < 0 ||
      write (STDERR_FILENO, "\n", 1) < 0) {
    _exit (1);
  }
  abort ();
}

void
stress_init (int *argc,
             char ***argv)
{
  struct sigaction action = { .sa_handler = on_alarm, .sa_flags = SA_RESTART };

  g_test_init (argc, argv, NULL);
  sigaction (SIGALRM, &action, NULL);
}

void
stress_random_init (StressRandom *random)
{
  random->state = ((guint64) g_test_rand_int () << 32 | (guint32) g_test_rand_int ()) | 1;
}

guint32
stress_random_next (StressRandom *random)
{
  guint64 x = random->state;

  x ^= x << 13;
  x ^= x >> 7;
  x ^= x << 17;
  random->state = x;

  return x >> 32;
}

guint32
stress_random_below (StressRandom *random,
                     guint32 limit)
{
  return stress_random_next (random) % limit;
}

void
stress_dither (StressRandom *random)
{
  /* short ones are as likely as long ones */
  guint n = stress_random_next (random) & ((1u << stress_random_below (random, 15)) - 1);

  for (volatile guint i = 0; i < n; i++) {
  }
}

typedef struct {
  StressCrew *crew;
  guint index;
  StressRandom random;
  pthread_t thread;
} StressMember;

struct _StressCrew {
  pthread_mutex_t mutex;
  pthread_cond_t changed;
  StressFunc func;
  gpointer data;
  guint generation;
  guint n_busy;
  gboolean quit;

  gint n_ready; /* atomic: how many stand at the line */
  gint go;      /* atomic: the generation that may run */

  guint size;
  StressMember members[];
};

static void
wait_until_equal (gint *value,
                  gint wanted)
{
  for (guint i = 0; g_atomic_int_get (value) != wanted; i++) {
    if (i > 200) {
      sched_yield ();
    }
  }
}

static void *
crew_main (void *data)
{
  StressMember *member = data;
  StressCrew *crew = member->crew;
  guint generation = 0;

  pthread_mutex_lock (&crew->mutex);
  for (;;) {
    StressFunc func;
    gpointer func_data;

    while (crew->generation == generation && !crew->quit) {
      pthread_cond_wait (&crew->changed, &crew->mutex);
    }
    if (crew->quit) {
      break;
    }
    generation = crew->generation;
    func = crew->func;
    func_data = crew->data;
    pthread_mutex_unlock (&crew->mutex);

    g_atomic_int_inc (&crew->n_ready);
    wait_until_equal (&crew->go, (gint) generation);
    func (member->index, &member->random, func_data);

    pthread_mutex_lock (&crew->mutex);
    if (--crew->n_busy == 0) {
      pthread_cond_broadcast (&crew->changed);
    }
  }
  pthread_mutex_unlock (&crew->mutex);

  return NULL;
}

StressCrew *
stress_crew_new (guint size)
{
  StressCrew *crew = g_malloc0 (sizeof *crew + size * sizeof (StressMember));

  crew->size = size;
  pthread_mutex_init (&crew->mutex, NULL);
  pthread_cond_init (&crew->changed, NULL);
  for (guint i = 0; i < size; i++) {
    StressMember *member = &crew->members[i];
    int result;

    member->crew = crew;
    member->index = i;
    stress_random_init (&member->random);
    result = pthread_create (&member->thread, NULL, crew_main, member);
    g_assert_cmpint (result, ==, 0);
  }

  return crew;
}

void
stress_crew_free (StressCrew *crew)
{
  pthread_mutex_lock (&crew->mutex);
  crew->quit = TRUE;
  pthread_cond_broadcast (&crew->changed);
  pthread_mutex_unlock (&crew->mutex);

  for (guint i = 0; i < crew->size; i++) {
    pthread_join (crew->members[i].thread, NULL);
  }
  pthread_cond_destroy (&crew->changed);
  pthread_mutex_destroy (&crew->mutex);
  g_free (crew);
}

void
stress_crew_go (StressCrew *crew,
                StressFunc func,
                gpointer data)
{
  guint generation;

  pthread_mutex_lock (&crew->mutex);
  g_assert_cmpuint (crew->n_busy, ==, 0);
  crew->func = func;
  crew->data = data;
  crew->n_busy = crew->size;
  g_atomic_int_set (&crew->n_ready, 0);
  generation = ++crew->generation;
  pthread_cond_broadcast (&crew->changed);
  pthread_mutex_unlock (&crew->mutex);

  wait_until_equal (&crew->n_ready, (gint) crew->size);
  g_atomic_int_set (&crew->go, (gint) generation);
}

void
stress_crew_wait (StressCrew *crew)
{
  pthread_mutex_lock (&crew->mutex);
  while (crew->n_busy > 0) {
    pthread_cond_wait (&crew->changed, &crew->mutex);
  }
  pthread_mutex_unlock (&crew->mutex);
}

void
stress_crew_race (StressCrew *crew,
                  StressFunc func,
                  gpointer data)
{
  stress_crew_go (crew, func, data);
  stress_crew_wait (crew);
}

void
stress_cancel_cancellable (guint index,
                           StressRandom *random,
                           gpointer cancellable)
{
  stress_dither (random);
  g_cancellable_cancel (cancellable);
}

void
stress_run_sleep (MyThread *thread,
                  gpointer unused,
                  GError **error)
{
  my_thread_sleep (-1, error);
}

gpointer
stress_token_new (void)
{
  g_atomic_int_inc (&n_tokens);

  return g_malloc0 (1);
}

void
stress_token_free (gpointer token)
{
  gint old = g_atomic_int_add (&n_tokens, -1);

  g_assert_cmpint (old, >, 0);
  /* freed twice is a report of the sanitizers, or of malloc */
  g_free (token);
}

static void
on_gone (gpointer unused,
         GObject *object)
{
  gint old = g_atomic_int_add (&n_tokens, -1);

  g_assert_cmpint (old, >, 0);
}

void
stress_watch (gpointer object)
{
  g_atomic_int_inc (&n_tokens);
  g_object_weak_ref (object, on_gone, NULL);
}

void
stress_tokens_check (void)
{
  /* What is still on its way to the main thread comes by its context; what
   * does not come at all is ended by the alarm. */
  while (g_atomic_int_get (&n_tokens) > 0) {
    if (!g_main_context_iteration (NULL, FALSE)) {
      sched_yield ();
    }
  }
}

/* cases */

static void
begin (void)
{
  const char *text = g_getenv ("MY_STRESS_SECONDS");
  double seconds = text ? g_ascii_strtod (text, NULL) : DEFAULT_SECONDS;

  g_strlcpy (current_case.name, g_test_get_path (), sizeof current_case.name);
  current_case.n_rounds = 0;
  memset (current_case.tallies, 0, sizeof current_case.tallies);
  current_case.deadline = g_get_monotonic_time () + (gint64) (seconds * G_USEC_PER_SEC);
  g_atomic_int_set (&current_case.is_over, FALSE);
  g_atomic_int_set (&current_case.n_alarms, (gint) seconds + HANG_SECONDS * (gint) my_test_timeout_factor ());
  alarm (1);
}

static gboolean
goes_on (void)
{
  return current_case.n_rounds == 0 || g_get_monotonic_time () < current_case.deadline;
}

static void
end (void)
{
  stress_tokens_check ();
  alarm (0);
  g_test_message ("%u rounds", current_case.n_rounds);
  for (guint i = 0; i < G_N_ELEMENTS (current_case.tallies) && current_case.tallies[i].what; i++) {
    g_test_message ("%" G_GINT64_FORMAT " %s", current_case.tallies[i].sum, current_case.tallies[i].what);
  }
}

void
stress_tally (const char *what,
              gint64 n)
{
  guint i = 0;

  while (current_case.tallies[i].what && !g_str_equal (current_case.tallies[i].what, what)) {
    i++;
    g_assert_cmpuint (i, <, G_N_ELEMENTS (current_case.tallies));
  }
  current_case.tallies[i].what = what;
  current_case.tallies[i].sum += n;
}

static void
go_on_all_along (guint index,
                 StressRandom *random,
                 gpointer a_case)
{
  const StressCase *self = a_case;

  while (!g_atomic_int_get (&current_case.is_over)) {
    self->all_along (index, random, NULL);
  }
}

void
stress_run (const StressCase *self)
{
  StressRound round = { .func = self->func };

  if (self->skip) {
    g_test_skip (self->skip);
    return;
  }

  begin ();
  stress_random_init (&round.random);
  if (self->n_crew > 0) {
    round.crew = stress_crew_new (self->n_crew);
  }
  for (guint i = 0; i < G_N_ELEMENTS (round.pools) && self->n_workers[i] > 0; i++) {
    round.pools[i] = my_thread_pool_new ("stress", self->n_workers[i]);
    my_thread_pool_set_idle_timeout (round.pools[i], self->idle_timeout);
  }
  if (self->all_along != NULL) {
    g_assert_nonnull (round.crew);
    stress_crew_go (round.crew, go_on_all_along, (gpointer) self);
  }

  while (goes_on ()) {
    round.n = current_case.n_rounds++;
    self->run_round (&round);
  }

  g_atomic_int_set (&current_case.is_over, TRUE);
  for (guint i = 0; i < G_N_ELEMENTS (round.pools) && round.pools[i]; i++) {
    g_assert_true (my_thread_pool_shutdown (round.pools[i], MY_SHUTDOWN_DRAIN, NULL));
    g_object_unref (round.pools[i]);
  }
  g_clear_pointer (&round.crew, stress_crew_free);
  if (self->check_end) {
    self->check_end ();
  }
  end ();
}

static void
run_case (gconstpointer a_case)
{
  stress_run (a_case);
}

int
stress_main (int argc,
             char **argv,
             const char *path,
             const StressCase *cases,
             gsize n_cases)
{
  stress_init (&argc, &argv);
  for (gsize i = 0; i < n_cases; i++) {
    g_autofree char *full = g_strdup_printf ("%s/%s", path, cases[i].name);

    g_test_add_data_func (full, &cases[i], run_case);
  }
  return g_test_run ();
}
