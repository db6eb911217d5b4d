/* Copyright 2026 The MyThread authors
 * SPDX-License-Identifier: LGPL-2.1-or-later
 */

#include "my-test-pulse.h"

#include <dirent.h>
#include <errno.h>
#include <poll.h>
#include <signal.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/wait.h>
#include <unistd.h>

static void
feel_os_thread (MyTestPulse *pulse,
                const char *path)
{
  char line[256];
  FILE *file = fopen (path, "r");

  if (file == NULL) {
    pulse->all_sleep = FALSE; /* it has just ended */
    return;
  }
  while (fgets (line, sizeof line, file) != NULL) {
    const char *value = strchr (line, ':');

    if (value != NULL && g_str_has_prefix (line, "State:")) {
      /* Z: the first one, that has ended before the others. */
      pulse->all_sleep = pulse->all_sleep && strpbrk (value, "SZ") != NULL;
    } else if (value != NULL && strstr (line, "ctxt_switches") != NULL) {
      pulse->n_switches += g_ascii_strtoull (value + 1, NULL, 10);
    }
  }
  fclose (file);
}

void
my_test_pulse_feel (MyTestPulse *pulse,
                    pid_t process,
                    pid_t but)
{
  char path[512];
  DIR *directory;
  struct dirent *entry;

  g_snprintf (path, sizeof path, "/proc/%d/task", (int) process);
  directory = opendir (path);
  if (directory == NULL) {
    pulse->all_sleep = FALSE;
    return;
  }
  while ((entry = readdir (directory)) != NULL) {
    if (entry->d_name[0] != '.' && g_ascii_strtoll (entry->d_name, NULL, 10) != but) {
      g_snprintf (path, sizeof path, "/proc/%d/task/%s/status", (int) process, entry->d_name);
      feel_os_thread (pulse, path);
    }
  }
  closedir (directory);
}

gboolean
my_test_pulse_is_silent (const MyTestPulse *pulse,
                         const MyTestPulse *last)
{
  return pulse->all_sleep && pulse->n_switches == last->n_switches;
}

static void
show_stacks (pid_t process)
{
  char command[128];

  if (g_getenv ("MY_TEST_STACKS") != NULL && process > 0) {
    g_snprintf (command, sizeof command, "gdb -p %d -batch -ex 'thread apply all bt 24' 2>&1 | grep -v '^\\[New' >&2", (int) process);
    if (system (command) != 0) { /* NOLINT(cert-env33-c) */
      g_printerr ("There is no gdb.\n");
    }
  }
}

/* Looks are so many milliseconds apart; after so many without a pulse it is over. */
#define LOOK_EVERY 100
#define MAX_SILENT_LOOKS 30

/* Reads what it writes until it has closed the pipe; FALSE: it hangs, and still has it open. */
static gboolean
attend (MyTestPatient *patient,
        int fd,
        void (*look) (MyTestPatient *patient,
                      gpointer data),
        gpointer data,
        GString *said)
{
  MyTestPulse last = { 0 };
  guint n_silent = 0;

  while (n_silent < MAX_SILENT_LOOKS) {
    struct pollfd poll_fd = { .fd = fd, .events = POLLIN };
    MyTestPulse pulse = MY_TEST_PULSE_INIT;

    if (poll (&poll_fd, 1, LOOK_EVERY) > 0) {
      char text[512];
      ssize_t n = read (fd, text, sizeof text);

      if (n == 0) {
        return TRUE;
      }
      if (n > 0) {
        g_string_append_len (said, text, n);
        continue;
      }
    }

    look (patient, data);
    my_test_pulse_feel (&pulse, patient->process, patient->but);
    if (patient->other > 0) {
      my_test_pulse_feel (&pulse, patient->other, 0);
    }
    n_silent = my_test_pulse_is_silent (&pulse, &last) ? n_silent + 1 : 0;
    last = pulse;
  }
  return FALSE;
}

int
my_test_run_apart (void (*func) (gpointer data),
                   void (*look) (MyTestPatient *patient,
                                 gpointer data),
                   gpointer data,
                   GString *said,
                   gboolean *hangs)
{
  MyTestPatient patient = { 0 };
  int status = 0;
  int fds[2];

  g_assert_cmpint (pipe (fds), ==, 0);
  fflush (NULL);
  patient.process = fork ();
  g_assert_cmpint (patient.process, >=, 0);
  if (patient.process == 0) {
    dup2 (fds[1], STDOUT_FILENO);
    dup2 (fds[1], STDERR_FILENO);
    close (fds[0]);
    close (fds[1]);
    func (data);
    exit (EXIT_SUCCESS);
  }
  close (fds[1]);
  *hangs = !attend (&patient, fds[0], look, data, said);
  close (fds[0]);
  if (*hangs) {
    show_stacks (patient.process);
    show_stacks (patient.other);
    kill (patient.process, SIGKILL);
    if (patient.other > 0) {
      kill (patient.other, SIGKILL);
    }
  }
  while (waitpid (patient.process, &status, 0) < 0 && errno == EINTR) {
  }
  return status;
}
