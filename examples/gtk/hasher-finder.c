/* Copyright 2026 The MyThread authors
 * SPDX-License-Identifier: LGPL-2.1-or-later
 *
 * Finds the files in what was added: with a thread for each thing added, for a look
 * at it takes time, in which a window would stand still. The threads have a group of
 * their own, so that they do not wait behind the files that are found already: how
 * many there are is known early.
 */

#include "hasher-finder.h"

#include "hasher-text.h"

#include "checksum-file.h"
#include "checksum-walk.h"

struct _HasherFinder {
  GObject parent_instance;

  MyThreadGroup *walks;
  GPtrArray *added; /* of GFile: many thousand may be added in one turn, and then a queue takes long */
  guint n_begun;    /* so many of the first of them have a thread, and are gone */
  guint n_walks;    /* threads whose "finished" is yet to come */
  GQueue found;     /* GPtrArrays of ChecksumFile */
  guint n_taken;    /* so many of the first of them */
};

enum {
  SIGNAL_FOUND,
  SIGNAL_NOTHING_FOUND,
  N_SIGNALS
};

static guint signals[N_SIGNALS];

G_DEFINE_FINAL_TYPE (HasherFinder, hasher_finder, G_TYPE_OBJECT)

static void
hasher_finder_found (HasherFinder *self,
                     GPtrArray *files,
                     guint n_skipped)
{
  guint n_files = files->len;

  if (n_files > 0)
    g_queue_push_tail (&self->found, g_ptr_array_ref (files));
  g_signal_emit (self, signals[SIGNAL_FOUND], 0, n_files, n_skipped);
}

/* The thing added is a file itself, or is treated like one. */
static void
hasher_finder_found_one (HasherFinder *self,
                         GFile *file,
                         const GError *failure)
{
  g_autoptr (GPtrArray) files = g_ptr_array_new_with_free_func ((GDestroyNotify) checksum_file_free);
  const char *path = g_file_peek_path (file);
  g_autofree char *uri = path ? NULL : g_file_get_uri (file);
  ChecksumFile *found = checksum_file_new (path ? path : uri, 0);

  if (failure) {
    found->state = CHECKSUM_FILE_FAILED;
    found->error = g_error_copy (failure);
  }
  g_ptr_array_add (files, found);
  hasher_finder_found (self, files, 0);
}

static void
on_walk_finished (MyThread *thread,
                  HasherFinder *self)
{
  GFile *file = g_object_get_data (G_OBJECT (thread), "file");
  g_auto (GValue) result = G_VALUE_INIT;
  g_autoptr (GError) error = NULL;

  self->n_walks--;
  if (my_thread_get_result (thread, &result, &error)) {
    GPtrArray *files = g_value_get_boxed (&result);

    hasher_finder_found (self, files, checksum_walk_get_n_skipped (CHECKSUM_WALK (thread)));
    if (files->len == 0)
      g_signal_emit (self, signals[SIGNAL_NOTHING_FOUND], 0, file);
  } else if (my_thread_get_state (thread) == MY_THREAD_STATE_FAILED) {
    hasher_finder_found_one (self, file, error);
  } else {
    g_autoptr (GPtrArray) none = g_ptr_array_new ();

    hasher_finder_found (self, none, 0);
  }
}

static void
on_disconnected (gpointer self,
                 GClosure *closure)
{
  g_object_unref (self);
}

static void
hasher_finder_look_at (HasherFinder *self,
                       GFile *file)
{
  const char *path = g_file_peek_path (file);
  g_autofree char *name = hasher_text_name_file (file);
  g_autoptr (MyThread) walk = NULL;
  g_autoptr (GError) error = NULL;

  if (!path) {
    /* It is not local, and what it is comes out when it is read. */
    hasher_finder_found_one (self, file, NULL);
    return;
  }

  walk = checksum_walk_new (self->walks, path);
  my_thread_set_name (walk, name);
  /* A disk that does not answer shall not keep the program from ending. */
  my_thread_set_daemon (walk, TRUE);
  g_object_set_data_full (G_OBJECT (walk), "file", g_object_ref (file), g_object_unref);
  g_signal_connect_data (walk, "finished", G_CALLBACK (on_walk_finished), g_object_ref (self), on_disconnected, 0);
  if (my_thread_start (walk, &error)) {
    self->n_walks++;
  } else {
    hasher_finder_found_one (self, file, error);
  }
}

static void
unref_if_there (gpointer object)
{
  if (object)
    g_object_unref (object);
}

static void
hasher_finder_finalize (GObject *object)
{
  HasherFinder *self = HASHER_FINDER (object);

  hasher_finder_clear (self);
  g_ptr_array_unref (self->added);
  g_object_unref (self->walks);

  G_OBJECT_CLASS (hasher_finder_parent_class)->finalize (object);
}

static void
hasher_finder_class_init (HasherFinderClass *klass)
{
  G_OBJECT_CLASS (klass)->finalize = hasher_finder_finalize;

  /* The end of a look at something: so many files are found, and so many other things were passed over. */
  signals[SIGNAL_FOUND] = g_signal_new ("found", G_TYPE_FROM_CLASS (klass), G_SIGNAL_RUN_LAST, 0,
                                        NULL, NULL, NULL, G_TYPE_NONE, 2, G_TYPE_UINT, G_TYPE_UINT);
  /* In this GFile there is nothing to hash. */
  signals[SIGNAL_NOTHING_FOUND] = g_signal_new ("nothing-found", G_TYPE_FROM_CLASS (klass), G_SIGNAL_RUN_LAST, 0,
                                                NULL, NULL, NULL, G_TYPE_NONE, 1, G_TYPE_FILE);
}

static void
hasher_finder_init (HasherFinder *self)
{
  self->added = g_ptr_array_new_with_free_func (unref_if_there);
  g_queue_init (&self->found);
}

/* Its threads are cancelled and joined with those of @parent. */
HasherFinder *
hasher_finder_new (MyThreadGroup *parent)
{
  HasherFinder *self = g_object_new (HASHER_TYPE_FINDER, NULL);

  self->walks = my_thread_group_new ("hasher-walks", parent);
  /* One after the other, so that what was added first is found first. */
  my_thread_group_set_max_running (self->walks, 1);
  return self;
}

void
hasher_finder_add (HasherFinder *self,
                   GFile *file)
{
  g_ptr_array_add (self->added, g_object_ref (file));
}

/* Begins to look at things that were added. */
void
hasher_finder_work (HasherFinder *self,
                    HasherTurn *turn)
{
  while (hasher_finder_has_work (self) && hasher_turn_take (turn)) {
    g_autoptr (GFile) file = g_steal_pointer (&g_ptr_array_index (self->added, self->n_begun));

    if (++self->n_begun == self->added->len) {
      g_ptr_array_set_size (self->added, 0);
      self->n_begun = 0;
    }
    hasher_finder_look_at (self, file);
  }
}

/* Whether hasher_finder_work() is to be called again. */
gboolean
hasher_finder_has_work (HasherFinder *self)
{
  return self->n_begun < self->added->len;
}

/* Whether more files may yet be found. */
gboolean
hasher_finder_is_counting (HasherFinder *self)
{
  return hasher_finder_has_work (self) || self->n_walks > 0;
}

/* what was found */

gboolean
hasher_finder_has_found (HasherFinder *self)
{
  return self->found.length > 0;
}

/* The next file, of which there must be one; it may be one that can not be hashed: then
 * @failure is set. */
GFile *
hasher_finder_take (HasherFinder *self,
                    GError **failure)
{
  GPtrArray *files = g_queue_peek_head (&self->found);
  ChecksumFile *found = g_ptr_array_index (files, self->n_taken);
  GFile *file = *found->path == '/' ? g_file_new_for_path (found->path) : g_file_new_for_uri (found->path);

  if (found->state == CHECKSUM_FILE_FAILED)
    *failure = g_error_copy (found->error);
  if (++self->n_taken == files->len) {
    g_ptr_array_unref (g_queue_pop_head (&self->found));
    self->n_taken = 0;
  }
  return file;
}

/* Forgets what was added and what was found, and returns how many files those were. */
guint
hasher_finder_clear (HasherFinder *self)
{
  guint n_files = 0;

  for (GList *link = self->found.head; link; link = link->next)
    n_files += ((GPtrArray *) link->data)->len;
  n_files -= self->n_taken;
  g_queue_clear_full (&self->found, (GDestroyNotify) g_ptr_array_unref);
  g_ptr_array_set_size (self->added, 0);
  self->n_begun = 0;
  self->n_taken = 0;
  return n_files;
}
