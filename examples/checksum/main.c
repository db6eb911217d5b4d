/* Copyright 2026 The MyThread authors
 * SPDX-License-Identifier: LGPL-2.1-or-later
 *
 * checksum [DIR]: the SHA-256 of every file under DIR. It shows a whole program:
 * subclasses of MyThread, a group that limits how many run and is cancelled as
 * one, and a main loop that follows them through signals and properties only.
 */

#include <glib-unix.h>
#include <locale.h>
#include <signal.h>
#include <unistd.h>

#include "checksum-job.h"
#include "checksum-sums.h"
#include "checksum-text.h"

/* A directory that every machine has, with thousands of files. */
#define DEFAULT_DIR "/usr/share"

enum {
  STATUS_OK = 0,
  STATUS_FAILURES = 1,
  STATUS_USAGE = 2,
  STATUS_SIGNAL = 128, /* and the signal's number, as shells have it */
};

typedef struct {
  char **dirs;
  char *output;
  int n_jobs;
  int batch_size;
  gboolean is_quiet;
} Options;

typedef struct {
  MyThreadGroup *group;
  guint sigint_id;
  guint sigterm_id;
  int signal; /* that came, or 0 */
} Program;

static gboolean
parse_options (Options *options,
               int *argc,
               char ***argv,
               GError **error)
{
  const GOptionEntry entries[] = {
    { "batch", 0, 0, G_OPTION_ARG_INT, &options->batch_size, "Give each thread N files (default: 1000)", "N" },
    { "jobs", 'j', 0, G_OPTION_ARG_INT, &options->n_jobs, "Run N threads at a time (default: one per processor)", "N" },
    { "output", 'o', 0, G_OPTION_ARG_FILENAME, &options->output, "Write the sums to FILE; -: standard output (default, unless it is a terminal)", "FILE" },
    { "quiet", 'q', 0, G_OPTION_ARG_NONE, &options->is_quiet, "No progress and no summary, only what went wrong", NULL },
    { G_OPTION_REMAINING, 0, 0, G_OPTION_ARG_FILENAME_ARRAY, &options->dirs, NULL, "[DIR]" },
    G_OPTION_ENTRY_NULL,
  };
  g_autoptr (GOptionContext) context = g_option_context_new (NULL);

  g_option_context_set_summary (context, "The SHA-256 of every regular file under DIR (default: " DEFAULT_DIR "),\n"
                                         "as sha256sum prints it. Links are not followed.");
  g_option_context_add_main_entries (context, entries, NULL);
  if (!g_option_context_parse (context, argc, argv, error))
    return FALSE;

  if (options->dirs && options->dirs[0] && options->dirs[1]) {
    g_set_error (error, G_OPTION_ERROR, G_OPTION_ERROR_FAILED, "more than one directory");
  } else if (options->n_jobs < 1 || options->batch_size < 1) {
    g_set_error (error, G_OPTION_ERROR, G_OPTION_ERROR_BAD_VALUE, "--jobs and --batch take a number from 1");
  } else if (options->dirs && !g_file_test (options->dirs[0], G_FILE_TEST_IS_DIR)) {
    g_autofree char *dir = checksum_text_escape (options->dirs[0]);

    g_set_error (error, G_OPTION_ERROR, G_OPTION_ERROR_BAD_VALUE, "%s: not a directory", dir);
  } else {
    return TRUE;
  }
  return FALSE;
}

static void
clear_options (Options *options)
{
  g_strfreev (options->dirs);
  g_free (options->output);
}

/* The threads end soon, and the job with them. A second signal finds its default
 * handler again: nobody has to wait for a disk that does not answer. */
static gboolean
program_cancel (Program *program,
                int signal)
{
  program->signal = signal;
  my_thread_group_cancel (program->group);
  return G_SOURCE_REMOVE;
}

static gboolean
on_sigint (gpointer user_data)
{
  Program *program = user_data;

  program->sigint_id = 0;
  return program_cancel (program, SIGINT);
}

static gboolean
on_sigterm (gpointer user_data)
{
  Program *program = user_data;

  program->sigterm_id = 0;
  return program_cancel (program, SIGTERM);
}

static gboolean
write_sums (ChecksumJob *job,
            const char *output)
{
  GPtrArray *files = checksum_job_get_files (job);
  g_autofree char *name = NULL;
  g_autoptr (GError) error = NULL;

  if (!output && !isatty (STDOUT_FILENO))
    output = "-";
  if (!output || !files)
    return TRUE;

  if (checksum_sums_write (files, output, &error))
    return TRUE;
  name = checksum_text_escape (output);
  g_printerr ("checksum: %s: %s\n", name, error->message);
  return FALSE;
}

static int
run (const Options *options)
{
  g_autoptr (GMainLoop) loop = g_main_loop_new (NULL, FALSE);
  g_autoptr (MyThreadGroup) group = my_thread_group_new ("all", NULL);
  g_autoptr (ChecksumPrinter) printer = checksum_printer_new (group, options->is_quiet);
  g_autoptr (ChecksumJob) job = checksum_job_new (group, printer, options->batch_size);
  Program program = { .group = group };
  gboolean is_complete;

  my_thread_group_set_max_running (group, options->n_jobs);
  program.sigint_id = g_unix_signal_add (SIGINT, on_sigint, &program);
  program.sigterm_id = g_unix_signal_add (SIGTERM, on_sigterm, &program);
  g_signal_connect_swapped (job, "done", G_CALLBACK (g_main_loop_quit), loop);

  checksum_job_start (job, options->dirs ? options->dirs[0] : DEFAULT_DIR);
  g_main_loop_run (loop);
  g_clear_handle_id (&program.sigint_id, g_source_remove);
  g_clear_handle_id (&program.sigterm_id, g_source_remove);

  checksum_printer_stop (printer);
  is_complete = write_sums (job, options->output) && !checksum_job_has_failures (job);
  if (!options->is_quiet || program.signal != 0) {
    g_autofree char *summary = checksum_job_summarise (job);

    g_printerr ("checksum: %s%s\n", program.signal != 0 ? "interrupted: " : "", summary);
  }

  if (program.signal != 0)
    return STATUS_SIGNAL + program.signal;
  return is_complete ? STATUS_OK : STATUS_FAILURES;
}

int
main (int argc,
      char **argv)
{
  Options options = { .n_jobs = g_get_num_processors (), .batch_size = 1000 };
  g_autoptr (GError) error = NULL;
  int status = STATUS_USAGE;

  setlocale (LC_ALL, "");
  g_set_prgname ("checksum");

  if (parse_options (&options, &argc, &argv, &error))
    status = run (&options);
  else
    g_printerr ("checksum: %s\nTry: checksum --help\n", error->message);
  clear_options (&options);
  return status;
}
