/* Copyright 2026 The MyThread authors
 * SPDX-License-Identifier: LGPL-2.1-or-later
 */

#include <stdlib.h>
#include <string.h>
#include <sys/mman.h>
#include <sys/resource.h>
#include <sys/wait.h>
#include <unistd.h>

#include "fuzz.h"
#include "my-test-pulse.h"

/* Every public function is called with every kind of argument, one after the other, with all others ordinary, and then with some mixtures; at
 * every kind of place. It has to return, with a critical, an error, or a value that makes sense. Calls are made in a process of their own, so many
 * until one of them ends it.
 */

#define EXIT_BROKEN 90
#define EXIT_ABORTED 91

/* Mixtures of arguments for each place, with MY_TEST_LONG set so many times as many. N_MIXTURES is given by the build: a sanitizer makes
 * them expensive. */
#define LONG_FACTOR 20

/* What a process and its parent both see. */
typedef struct {
  guint n_calls;     /* how many have been made, of all */
  guint n_criticals; /* how many calls had one, or an error */
  guint n_errors;
  gint watch_id;
  char text[512]; /* the call that is made */
} Report;

static Report *report;

/* a process */

static gint n_criticals;

static void
on_log (const char *domain,
        GLogLevelFlags level,
        const char *message,
        gpointer unused)
{
  if (level & G_LOG_LEVEL_CRITICAL) {
    g_atomic_int_inc (&n_criticals);
  }
  if (level & (G_LOG_LEVEL_ERROR | G_LOG_FLAG_FATAL)) {
    if (write (STDERR_FILENO, message, strlen (message)) >= 0) {
      _exit (EXIT_ABORTED);
    }
    abort ();
  }
}

void
fuzz_complain (const char *what)
{
  if (write (STDERR_FILENO, what, strlen (what)) >= 0) {
    _exit (EXIT_BROKEN);
  }
  abort ();
}

/* a call */

gboolean
fuzz_begin (FuzzCall *call)
{
  /* A task is no thread that could be cancelled. */
  if (!fuzz_is_real (call) || (call->is_long && fuzz_place_get_pool () != NULL)) {
    return FALSE;
  }
  call->n_criticals = (guint) g_atomic_int_get (&n_criticals);
  fuzz_watch_enter (call);
  return TRUE;
}

void
fuzz_end (FuzzCall *call)
{
  call->is_last |= fuzz_watch_leave ();
  call->n_criticals = (guint) g_atomic_int_get (&n_criticals) - call->n_criticals;
  g_strlcat (call->text, " [has returned]", call->text_size);

  if (call->n_criticals > 0) {
    report->n_criticals++;
  }
  if (call->is_wrong && call->n_criticals == 0) {
    fuzz_complain ("a wrong argument, and no critical");
  }
  if (call->error != call->given_error) {
    if (call->given_error != NULL) {
      fuzz_complain ("an error that was set already is another one now");
    }
    report->n_errors++;
    if (call->error->domain == 0 || call->error->message == NULL) {
      fuzz_complain ("an error without a domain, or without a message");
    }
  }
}

/* Whether an outcome that says nothing is explained; @error is where the reason may go, or NULL. */
static gboolean
is_explained (FuzzCall *call,
              GError **error)
{
  return call->n_criticals > 0 || error == NULL || *error != NULL;
}

void
fuzz_end_boolean (FuzzCall *call,
                  gboolean result,
                  GError **error)
{
  fuzz_end (call);
  if (result != FALSE && result != TRUE) {
    fuzz_complain ("it returns neither TRUE nor FALSE");
  }
  if (result && error != NULL && *error != NULL) {
    fuzz_complain ("it returns TRUE, and an error");
  }
  if (!result && error != NULL && !is_explained (call, error)) {
    fuzz_complain ("it returns FALSE, and no error");
  }
}

void
fuzz_end_answer (FuzzCall *call,
                 gboolean result,
                 GError **error)
{
  fuzz_end (call);
  if (error != NULL && call->given_error == NULL && result != (*error != NULL)) {
    fuzz_complain ("what it returns is not whether it has set an error");
  }
}

void
fuzz_end_double (FuzzCall *call,
                 double result)
{
  fuzz_end (call);
  if (!(result >= -1 && result <= 1)) {
    fuzz_complain ("it returns no fraction");
  }
}

void
fuzz_end_enum (FuzzCall *call,
               GType type,
               gint result)
{
  GEnumClass *klass = g_type_class_ref (type);

  fuzz_end (call);
  if (g_enum_get_value (klass, result) == NULL) {
    fuzz_complain ("it returns what is no value of its type");
  }
  g_type_class_unref (klass);
}

void
fuzz_end_pointer (FuzzCall *call,
                  gconstpointer result,
                  gboolean nullable,
                  GError **error)
{
  fuzz_end (call);
  if (result == NULL && !nullable && (call->n_criticals == 0 && (error == NULL || *error == NULL))) {
    fuzz_complain ("it returns NULL, and does not say why");
  }
  if (result != NULL && error != NULL && *error != NULL) {
    fuzz_complain ("it returns something, and an error");
  }
}

void
fuzz_end_string (FuzzCall *call,
                 const char *result,
                 gboolean nullable,
                 GError **error)
{
  fuzz_end_pointer (call, result, nullable, error);
  if (result != NULL && !g_utf8_validate (result, -1, NULL)) {
    fuzz_complain ("it returns what is not UTF-8");
  }
}

void
fuzz_end_object (FuzzCall *call,
                 gpointer result,
                 GType type,
                 gboolean nullable,
                 GError **error)
{
  fuzz_end_pointer (call, result, nullable, error);
  if (result != NULL && !G_TYPE_CHECK_INSTANCE_TYPE (result, type)) {
    fuzz_complain ("it returns an object of another type");
  }
}

typedef struct {
  const FuzzFunction *function;
  FuzzCall *call;
} Making;

static void
make (gpointer data)
{
  Making *self = data;
  FuzzCall *call = self->call;

  call->clean_ups = g_ptr_array_new_with_free_func (g_free);
  call->threads = g_ptr_array_new ();
  call->executors = g_ptr_array_new ();

  fuzz_gate_shut ();
  self->function->call (call);
  fuzz_gate_open ();
  fuzz_clean_up (call);

  g_clear_error (&call->error);
  g_ptr_array_unref (call->executors);
  g_ptr_array_unref (call->threads);
  g_ptr_array_unref (call->clean_ups);
}

/* what is to be called */

typedef struct {
  const FuzzFunction *function;
  guint n_parameters;
  guint n_values[FUZZ_MAX_PARAMETERS];
  guint n_single; /* calls in which one argument at most is not ordinary */
  guint n_calls;
} Plan;

static void
plan_init (Plan *self,
           const FuzzFunction *function)
{
  FuzzCall call = { 0 };
  gboolean is_long = g_getenv ("MY_TEST_LONG") != NULL;

  function->call (&call);
  self->function = function;
  self->n_parameters = call.n_parameters;
  self->n_single = 1;
  for (guint i = 0; i < call.n_parameters; i++) {
    self->n_values[i] = call.n_values[i];
    self->n_single += call.n_values[i] - 1;
  }
  self->n_calls = (self->n_single + (call.n_parameters > 1 ? N_MIXTURES * (is_long ? LONG_FACTOR : 1) : 0)) * FUZZ_N_PLACES;
}

/* The same each time. */
static void
plan_choose (Plan *self,
             guint index,
             FuzzCall *call)
{
  guint n = index / FUZZ_N_PLACES;

  memset (call, 0, sizeof *call);
  if (n >= self->n_single) {
    GRand *random = g_rand_new_with_seed (g_str_hash (self->function->name) + n);

    for (guint i = 0; i < self->n_parameters; i++) {
      call->choices[i] = (guint) g_rand_int_range (random, 0, (gint) self->n_values[i]);
    }
    g_rand_free (random);
    return;
  }
  for (guint i = 0; n > 0; i++) {
    if (n < self->n_values[i]) {
      call->choices[i] = n;
      break;
    }
    n -= self->n_values[i] - 1;
  }
}

/* Makes calls from the one after the last on, until none is left or one is such that no other can come after it. */
static void
make_calls (gpointer data)
{
  Plan *plan = data;
  struct rlimit no_core = { 0, 0 };

  setrlimit (RLIMIT_CORE, &no_core);
  g_log_set_default_handler (on_log, NULL);
  g_log_set_always_fatal (G_LOG_LEVEL_ERROR);
  report->watch_id = fuzz_watch_begin ();
  my_thread_get_current ();
  fuzz_results_make ();

  while (report->n_calls < plan->n_calls) {
    FuzzPlace place = (FuzzPlace) (report->n_calls % FUZZ_N_PLACES);
    FuzzCall call;
    Making making = { plan->function, &call };

    plan_choose (plan, report->n_calls, &call);
    g_snprintf (report->text, sizeof report->text, "%s, call %u,", fuzz_place_get_name (place), report->n_calls);
    call.text = report->text;
    call.text_size = sizeof report->text;
    fuzz_place_visit (place, make, &making);
    report->n_calls++;
    if (call.is_last) {
      break;
    }
  }
  g_strlcpy (report->text, "at its end", sizeof report->text);
  fuzz_results_clear ();
  fuzz_watch_end ();
}

/* the parent */

static void
look (MyTestPatient *patient,
      gpointer unused)
{
  patient->but = report->watch_id;
}

/* Runs calls in a process; returns what is wrong, to be freed. */
static char *
run_process (Plan *plan)
{
  GString *said = g_string_new (NULL);
  char *verdict = NULL;
  gboolean hangs;
  int status = my_test_run_apart (make_calls, look, plan, said, &hangs);

  if (hangs) {
    verdict = g_strdup_printf ("it hangs, %s", report->text);
  } else if (WIFSIGNALED (status)) {
    verdict = g_strdup_printf ("signal %d, %s: %s", WTERMSIG (status), report->text, said->str);
  } else if (WEXITSTATUS (status) != 0) {
    verdict = g_strdup_printf ("%s: %s", report->text, said->str);
  }
  g_string_free (said, TRUE);
  return verdict;
}

#define MAX_SHOWN 10

static void
test_function (gconstpointer function)
{
  guint n_broken = 0;
  guint n_processes = 0;
  Plan plan;

  plan_init (&plan, function);
  memset (report, 0, sizeof *report);
  while (report->n_calls < plan.n_calls && n_broken < MAX_SHOWN) {
    guint n_before = report->n_calls;
    char *verdict = run_process (&plan);

    n_processes++;
    if (verdict == NULL && report->n_calls == n_before) {
      verdict = g_strdup_printf ("it ends the process, %s", report->text);
    }
    if (verdict != NULL) {
      n_broken++;
      g_test_message ("%s, %s", plan.function->name, verdict);
      g_free (verdict);
      /* On, after it. */
      report->n_calls++;
    }
  }
  g_test_message ("%s: %u calls, of which %u had a critical, and %u an error; %u processes", plan.function->name, report->n_calls,
                  report->n_criticals, report->n_errors, n_processes);
  if (n_broken > 0) {
    g_test_fail ();
  }
}

/* Whether it is a function of MyThread: these are about half of them. */
static gboolean
is_of_thread (const char *name)
{
  return g_str_has_prefix (name, "MyThread_") || (g_str_has_prefix (name, "my_thread_") && !g_str_has_prefix (name, "my_thread_group_") && !g_str_has_prefix (name, "my_thread_pool_"));
}

/* With "thread" as an argument: those of MyThread; with "other": all others. */
int
main (int argc,
      char *argv[])
{
  const char *family;

  g_test_init (&argc, &argv, NULL);
  family = argc > 1 ? argv[1] : NULL;
  report = mmap (NULL, sizeof *report, PROT_READ | PROT_WRITE, MAP_SHARED | MAP_ANONYMOUS, -1, 0);
  g_assert_true (report != MAP_FAILED);

  for (gsize i = 0; i < fuzz_n_functions; i++) {
    const char *of = is_of_thread (fuzz_functions[i].name) ? "thread" : "other";
    g_autofree char *path = g_strdup_printf ("/fuzz/%s/%s", of, fuzz_functions[i].name);

    if (family == NULL || g_str_equal (family, of)) {
      g_test_add_data_func (path, &fuzz_functions[i], test_function);
    }
  }
  return g_test_run ();
}
