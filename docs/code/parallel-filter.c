/* Copyright 2026 The MyThread authors
 * SPDX-License-Identifier: LGPL-2.1-or-later
 */

#include <mythread.h>

#define WIDTH 1200
#define HEIGHT 800

typedef struct {
  guint8 (*from)[WIDTH];
  guint8 (*to)[WIDTH];
  MyThread *thread;
  int n_rows_done; /* atomic */
  int n_edges;     /* atomic */
} Image;

/* One piece: rows that nobody else writes. */
static void
find_edges (gsize begin,
            gsize end,
            gpointer user_data)
{
  Image *image = user_data;
  int n_edges = 0;
  int n_rows;

  for (gsize y = begin; y < end; y++) {
    for (gsize x = 1; x < WIDTH - 1; x++) {
      int across = image->from[y][x + 1] - image->from[y][x - 1];
      int down = image->from[y + 1][x] - image->from[y - 1][x];

      image->to[y][x] = (guint8) MIN (ABS (across) + ABS (down), 255);
      n_edges += image->to[y][x] > 50;
    }
  }

  /* Once for the piece, not once for each pixel. */
  g_atomic_int_add (&image->n_edges, n_edges);
  n_rows = g_atomic_int_add (&image->n_rows_done, (int) (end - begin)) + (int) (end - begin);
  my_thread_set_progress (image->thread, (double) n_rows / (HEIGHT - 2));
}

static void
filter (MyThread *thread,
        gpointer user_data,
        GError **error)
{
  Image *image = user_data;

  image->thread = thread;
  my_parallel_for (NULL, 1, HEIGHT - 1, 0, find_edges, image);

  /* Cancelled, it may have left rows out. */
  my_thread_set_error_if_cancelled (thread, error);
}

static void
on_finished (MyThread *thread,
             GMainLoop *loop)
{
  g_main_loop_quit (loop);
}

int
main (void)
{
  g_autoptr (GMainLoop) loop = g_main_loop_new (NULL, FALSE);
  g_autofree guint8 *from = g_malloc0 (WIDTH * HEIGHT);
  g_autofree guint8 *to = g_malloc0 (WIDTH * HEIGHT);
  Image image = { .from = (gpointer) from, .to = (gpointer) to };
  g_autoptr (MyThread) thread = my_thread_new ("filter", filter, &image, NULL);
  g_autoptr (GError) error = NULL;

  for (int y = 200; y < 600; y++)
    memset (&image.from[y][300], 255, 600);

  g_signal_connect (thread, "finished", G_CALLBACK (on_finished), loop);
  if (!my_thread_start (thread, &error)) {
    g_printerr ("parallel-filter: %s\n", error->message);
    return 1;
  }
  g_main_loop_run (loop);

  if (!my_thread_join (thread, &error)) {
    g_printerr ("parallel-filter: %s\n", error->message);
    return 1;
  }
  g_print ("%d rows, %d pixels on an edge\n", image.n_rows_done, image.n_edges);
  return 0;
}
