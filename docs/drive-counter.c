/* Copyright 2026 The MyThread authors
 * SPDX-License-Identifier: LGPL-2.1-or-later
 *
 * Uses the window of side-counter, or of side-counter-gtask (the file PROGRAM), as a person would, and says what it has seen.
 */

int program_main (int argc,
                  char **argv);

#define main program_main
#include PROGRAM
#undef main

typedef enum {
  STEP_START,
  STEP_CANCEL,
  STEP_CANCELLED,
  STEP_FINISH,
  STEP_CLOSE,
  STEP_END,
} Step;

static Step step;

static const char *
text (void)
{
  return gtk_label_get_text (GTK_LABEL (label));
}

static gboolean
is_counting (void)
{
  return !gtk_widget_get_sensitive (start) && gtk_widget_get_sensitive (cancel) && g_str_has_suffix (text (), " of 100") &&
         gtk_progress_bar_get_fraction (GTK_PROGRESS_BAR (bar)) < 1;
}

static gboolean
has_ended (const char *with)
{
  return gtk_widget_get_sensitive (start) && !gtk_widget_get_sensitive (cancel) && strstr (text (), with) != NULL;
}

static void
click_start (void)
{
  gtk_label_set_text (GTK_LABEL (label), "");
  g_signal_emit_by_name (start, "clicked");
}

/* On a busy machine the count may be over before anybody has looked: then once more. */
static gboolean
take_step (gpointer unused)
{
  switch (step) {
  case STEP_START:
    if (start != NULL && gtk_widget_get_mapped (start)) {
      click_start ();
      step = STEP_CANCEL;
    }
    break;
  case STEP_CANCEL:
    if (is_counting ()) {
      g_signal_emit_by_name (cancel, "clicked");
      step = STEP_CANCELLED;
    } else if (has_ended ("100 of 100")) {
      click_start ();
    }
    break;
  case STEP_CANCELLED:
    if (has_ended ("cancelled")) {
      g_print ("cancelled\n");
      click_start ();
      step = STEP_FINISH;
    } else if (has_ended ("100 of 100")) {
      click_start ();
      step = STEP_CANCEL;
    }
    break;
  case STEP_FINISH:
    if (has_ended ("100 of 100")) {
      g_print ("%s, %.0f%%\n", text (), 100 * gtk_progress_bar_get_fraction (GTK_PROGRESS_BAR (bar)));
      click_start ();
      step = STEP_CLOSE;
    }
    break;
  case STEP_CLOSE:
    if (is_counting ()) {
      g_print ("closed while it counts\n");
      gtk_window_close (GTK_WINDOW (gtk_widget_get_root (start)));
      step = STEP_END;
    } else if (has_ended ("100 of 100")) {
      click_start ();
    }
    break;
  case STEP_END:
    break;
  }
  return step < STEP_END;
}

int
main (int argc,
      char **argv)
{
  g_timeout_add (1, take_step, NULL);
  return program_main (argc, argv);
}
