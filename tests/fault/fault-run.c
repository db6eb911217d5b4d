/* Copyright 2026 The MyThread authors
 * SPDX-License-Identifier: LGPL-2.1-or-later
 */

#include "fault-run.h"

#include <signal.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/mman.h>
#include <sys/resource.h>
#include <sys/wait.h>
#include <unistd.h>

#include "fault-session.h"
#include "my-test-pulse.h"

/* the process of a session */

static void
on_abort (int signal_number)
{
  _exit (FAULT_EXIT_ABORTED);
}

/* GLib's own handler needs memory, and a lock that it may hold. */
static void
on_log (const char *domain,
        GLogLevelFlags level,
        const char *message,
        gpointer unused)
{
  if (write (STDERR_FILENO, message, strlen (message)) < 0 || (level & (G_LOG_FLAG_FATAL | G_LOG_LEVEL_ERROR))) {
    _exit (FAULT_EXIT_ABORTED);
  }
}

/* In seconds of processor time: who goes round in circles. */
#define MAX_CPU_TIME 30

/* Does not return. */
static void
play (const FaultRule *rule,
      guint nth,
      FaultReport *report)
{
  struct sigaction action = { .sa_handler = on_abort };
  struct rlimit no_core = { 0, 0 };
  struct rlimit cpu = { MAX_CPU_TIME, MAX_CPU_TIME };

  sigaction (SIGTRAP, &action, NULL);
  sigaction (SIGABRT, &action, NULL);
  setrlimit (RLIMIT_CORE, &no_core);
  setrlimit (RLIMIT_CPU, &cpu);
  g_log_set_default_handler (on_log, NULL);
  g_log_set_always_fatal (G_LOG_LEVEL_ERROR | G_LOG_LEVEL_CRITICAL | G_LOG_LEVEL_WARNING);

  fault_arm (rule, nth, report);
  fault_session_run ();
  exit (EXIT_SUCCESS);
}

static FaultReport *
map_report (int fd)
{
  FaultReport *report = mmap (NULL, sizeof (FaultReport), PROT_READ | PROT_WRITE, MAP_SHARED, fd, 0);

  g_assert (report != MAP_FAILED);
  return report;
}

typedef struct {
  const FaultRule *rule;
  guint nth;
  gboolean is_executed;
  int report_fd;
  FaultReport *report;
} Session;

static void
begin (gpointer data)
{
  Session *self = data;

  if (self->is_executed) {
    fault_put_early (self->rule, self->nth, self->report_fd);
    execl ("/proc/self/exe", "fault", NULL);
    _exit (127);
  }
  fault_end_exempt ();
  play (self->rule, self->nth, self->report);
}

static void
look (MyTestPatient *patient,
      gpointer data)
{
  patient->other = atomic_load (&((Session *) data)->report->grandchild);
}

static gboolean
may_abort (const FaultRule *rule,
           const char *said)
{
  g_auto (GStrv) messages = rule != NULL && rule->may_abort_with != NULL ? g_strsplit (rule->may_abort_with, "|", -1) : NULL;

  for (guint i = 0; messages != NULL && messages[i] != NULL; i++) {
    if (strstr (said, messages[i]) != NULL) {
      return TRUE;
    }
  }
  return FALSE;
}

static FaultRun run_session (const FaultRule *rule,
                             guint nth,
                             gboolean is_executed,
                             FaultReport *result,
                             char **verdict);

/* Sometimes one block less is left, when an OS thread comes late, and how many calls there are depends on who sleeps when: so the most, and
 * the mean, of some sessions. */
#define N_MEASURED 4

static FaultReport *
measure_now (gboolean is_executed)
{
  FaultReport *self = g_new0 (FaultReport, 1);

  for (guint i = 0; i < N_MEASURED; i++) {
    FaultReport report;
    char *verdict = NULL;

    run_session (NULL, 0, is_executed, &report, &verdict);
    g_assert_cmpstr (verdict, ==, NULL);
    for (guint call = 0; call < N_FAULT_POINTS * N_FAULT_CALLERS; call++) {
      (&self->n_calls[0][0])[call] += (&report.n_calls[0][0])[call];
    }
    self->other_call = MAX (self->other_call, report.other_call);
    self->n_blocks = MAX (self->n_blocks, report.n_blocks);
  }
  for (guint call = 0; call < N_FAULT_POINTS * N_FAULT_CALLERS; call++) {
    (&self->n_calls[0][0])[call] = ((&self->n_calls[0][0])[call] + N_MEASURED - 1) / N_MEASURED;
  }
  return self;
}

/* What there is where nothing fails, which has to hold. A program that is executed begins with other blocks than one that is forked. */
static const FaultReport *
measure (gboolean is_executed)
{
  static const FaultReport *reports[2];

  if (reports[is_executed] == NULL) {
    reports[is_executed] = measure_now (is_executed);
  }
  return reports[is_executed];
}

const FaultReport *
fault_measure (void)
{
  return measure (FALSE);
}

/* A pool keeps its workers to use them again, as many as there were at once, and the default pool stays: where a fault has two of its tasks
 * meet there is one more, of two blocks, itself and its deque. */
#define N_KEPT 2

static char *
judge (const FaultRule *rule,
       gboolean is_executed,
       FaultReport *report,
       int status,
       gboolean hangs,
       const char *said,
       FaultRun *run)
{
  gboolean ends_itself;

  *run = FAULT_RUN_BROKEN;
  if (hangs) {
    return g_strdup_printf ("it hangs, in \"%s\"", report->scene);
  }
  /* By a signal: where GLib makes a thread all signals are blocked. */
  ends_itself = WIFSIGNALED (status) ? WTERMSIG (status) == SIGTRAP || WTERMSIG (status) == SIGABRT : WEXITSTATUS (status) == FAULT_EXIT_ABORTED;
  if (ends_itself) {
    if (may_abort (rule, said)) {
      *run = FAULT_RUN_ABORTED;
      return NULL;
    }
    return g_strdup_printf ("it ends itself, in \"%s\": %s", report->scene, said);
  }
  if (WIFSIGNALED (status)) {
    return g_strdup_printf ("signal %d, in \"%s\": %s", WTERMSIG (status), report->scene, said);
  }
  if (WEXITSTATUS (status) == FAULT_EXIT_BROKEN) {
    return g_strdup_printf ("in \"%s\", %s", report->scene, said);
  }
  if (WEXITSTATUS (status) != 0) {
    return g_strdup_printf ("exit status %d, in \"%s\": %s", WEXITSTATUS (status), report->scene, said);
  }
  if (!atomic_load (&report->is_complete)) {
    return g_strdup ("exit() has not waited for a thread");
  }
  if (rule != NULL && report->n_blocks > measure (is_executed)->n_blocks + N_KEPT) {
    return g_strdup_printf ("%ld blocks of memory are left, and without a fault %ld", report->n_blocks, measure (is_executed)->n_blocks);
  }
  *run = FAULT_RUN_HELD;
  return NULL;
}

/* How many calls the library has made while it was loaded, in this process as in each. */
static guint
count_from_load (const FaultRule *rule)
{
  return rule != NULL && rule->caller == FAULT_BY_LIBRARY ? atomic_load (&fault_get_report ()->n_calls[rule->point][FAULT_BY_LIBRARY]) : 0;
}

static FaultRun
run_session (const FaultRule *rule,
             guint nth,
             gboolean is_executed,
             FaultReport *result,
             char **verdict)
{
  Session session = { rule, nth, is_executed, memfd_create ("report", 0), NULL };
  GString *said = g_string_new (NULL);
  FaultReport *report;
  gboolean hangs;
  FaultRun run;
  int status;

  g_assert_cmpint (ftruncate (session.report_fd, sizeof (FaultReport)), ==, 0);
  report = map_report (session.report_fd);
  session.report = report;
  status = my_test_run_apart (begin, look, &session, said, &hangs);

  if (is_executed && rule != NULL) {
    /* It may not have got so far as to say so. */
    atomic_store (&report->n_faults, 1);
  }
  *verdict = judge (rule, is_executed, report, status, hangs, said->str, &run);
  memcpy (result, report, sizeof *result);
  munmap (report, sizeof *report);
  close (session.report_fd);
  g_string_free (said, TRUE);
  return run;
}

FaultRun
fault_run (const FaultRule *rule,
           guint nth,
           FaultReport *report,
           char **verdict)
{
  return run_session (rule, nth, nth > 0 && nth <= count_from_load (rule), report, verdict);
}

/* sweeps */

/* How many calls of one kind are tried, and how many of them are the first ones. */
#define MAX_TRIES 40
#define MAX_FIRST 20

/* So many calls in a row that did not come to be made are the end of them: how many there are depends on who sleeps when. */
#define MAX_MISSED 3

/* What is broken is shown so often. */
#define MAX_SHOWN 5

static gboolean
is_long (void)
{
  return g_getenv ("MY_TEST_LONG") != NULL;
}

/* The next one to be tried: without what is skipped where there are many. */
static guint
get_next (guint nth,
          guint n_calls)
{
  guint n_left = n_calls > MAX_FIRST ? n_calls - MAX_FIRST : 0;

  if (is_long () || nth < MAX_FIRST || n_left <= MAX_TRIES - MAX_FIRST) {
    return nth + 1;
  }
  return nth + (n_left + MAX_TRIES - MAX_FIRST - 1) / (MAX_TRIES - MAX_FIRST);
}

/* What fails nowhere is no test. */
static void
end_untried (const FaultRule *rule)
{
  if (rule->rare != NULL) {
    g_test_skip (rule->rare);
  } else {
    g_test_message ("%s: the session has no such call", rule->name);
    g_test_fail ();
  }
}

static void
sweep (gconstpointer data)
{
  const FaultRule *rule = data;
  guint n_calls = fault_measure ()->n_calls[rule->point][rule->caller];
  FaultReport report;
  char *verdict = NULL;
  guint n_tried = 0;
  guint n_aborted = 0;
  guint n_broken = 0;
  guint n_missed = 0;

  for (guint nth = 1; n_calls > 0 && n_missed < MAX_MISSED && n_broken < MAX_SHOWN; nth = get_next (nth, n_calls)) {
    FaultRun run = fault_run (rule, nth, &report, &verdict);

    if (atomic_load (&report.n_faults) == 0) {
      n_missed++;
    } else {
      n_missed = 0;
      n_tried++;
    }
    n_aborted += run == FAULT_RUN_ABORTED ? 1 : 0;
    if (run == FAULT_RUN_BROKEN) {
      n_broken++;
      g_test_message ("%s, call %u: %s", rule->name, nth, verdict);
    }
    g_clear_pointer (&verdict, g_free);
  }
  g_test_message ("%s: %u of about %u calls have failed, one at a time; %u times the program has ended itself", rule->name, n_tried, n_calls, n_aborted);
  if (n_broken > 0) {
    g_test_fail ();
  } else if (n_tried == 0) {
    end_untried (rule);
  }
}

/* bugs */

/* Some show only where a thread sleeps just then: the calls are gone through so many times. */
#define MAX_ROUNDS 20

static void
find_bug (gconstpointer data)
{
  const FaultRule *rule = data;
  FaultReport report;
  char *verdict = NULL;
  guint n_rounds = 0;
  guint nth = 1;

  while (fault_run (rule, nth, &report, &verdict) != FAULT_RUN_BROKEN) {
    g_clear_pointer (&verdict, g_free);
    nth++;
    if (atomic_load (&report.n_faults) == 0) {
      n_rounds++;
      g_assert_cmpuint (n_rounds, <, MAX_ROUNDS);
      nth = 1;
    }
  }
  g_assert_cmpuint (atomic_load (&report.n_faults), >, 0);
  g_test_message ("%s, call %u: %s", rule->name, nth, verdict);
  g_free (verdict);
}

static void
add_tests (const char *path,
           const FaultRule *rules,
           gsize n_rules,
           GTestDataFunc func)
{
  for (gsize i = 0; i < n_rules; i++) {
    g_autofree char *full = g_strdup_printf ("%s/%s", path, rules[i].name);

    g_test_add_data_func (full, &rules[i], func);
  }
}

void
fault_add_sweeps (const char *path,
                  const FaultRule *rules,
                  gsize n_rules)
{
  add_tests (path, rules, n_rules, sweep);
}

void
fault_add_bugs (const char *path,
                const FaultRule *rules,
                gsize n_rules)
{
  add_tests (path, rules, n_rules, find_bug);
}

void
fault_init (int *argc,
            char ***argv,
            const FaultRule *rules,
            gsize n_rules)
{
  const char *text = g_getenv ("MY_FAULT");
  const char *space = text != NULL ? strrchr (text, ' ') : NULL;
  static FaultReport report;

  if (fault_get_early () >= 0) {
    play (NULL, 0, map_report (fault_get_early ()));
  }
  if (space != NULL) {
    for (gsize i = 0; i < n_rules; i++) {
      if (strncmp (text, rules[i].name, (gsize) (space - text)) == 0 && rules[i].name[space - text] == '\0') {
        fault_arm (&rules[i], (guint) g_ascii_strtoull (space, NULL, 10), &report);
        fault_session_run ();
        exit (EXIT_SUCCESS);
      }
    }
    g_error ("MY_FAULT is no rule of this program, with a number: %s", text);
  }
  /* What it calls itself, in fork() say, is no call of a session, or those would begin with another number than is counted here. */
  fault_begin_exempt ();
  g_test_init (argc, argv, NULL);
}
