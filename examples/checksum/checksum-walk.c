/* Copyright 2026 The MyThread authors
 * SPDX-License-Identifier: LGPL-2.1-or-later
 *
 * A thread that finds all regular files under a directory. It shows a subclass
 * with a result, and a status for work that has no known end.
 */

#include "checksum-walk.h"

#include "checksum-file.h"

#include <errno.h>
#include <fts.h>
#include <gio/gio.h>
#include <sys/stat.h>

struct _ChecksumWalk {
  MyThread parent_instance;

  char *dir;
  guint n_skipped;
};

G_DEFINE_FINAL_TYPE (ChecksumWalk, checksum_walk, MY_TYPE_THREAD)
G_DEFINE_AUTOPTR_CLEANUP_FUNC (FTS, fts_close)

static void
checksum_walk_take_entry (ChecksumWalk *self,
                          FTSENT *entry,
                          GPtrArray *files)
{
  ChecksumFile *file;

  switch (entry->fts_info) {
  case FTS_F:
    g_ptr_array_add (files, checksum_file_new (entry->fts_path, entry->fts_statp->st_size));
    break;

  case FTS_DNR: /* a directory that can not be read */
  case FTS_NS:  /* something of which not even its kind can be told */
  case FTS_ERR:
  case FTS_DC: /* a directory mounted inside itself */
    file = checksum_file_new (entry->fts_path, 0);
    checksum_file_fail (file, entry->fts_info == FTS_DC ? ELOOP : entry->fts_errno);
    g_ptr_array_add (files, file);
    break;

  case FTS_D: /* a directory, before and after what is in it */
  case FTS_DP:
    break;

  case FTS_SLNONE: /* as DIR itself only: a link that leads nowhere */
    file = checksum_file_new (entry->fts_path, 0);
    checksum_file_fail (file, ENOENT);
    g_ptr_array_add (files, file);
    break;

  default: /* symbolic links, FIFOs, sockets, devices */
    if (entry->fts_level == FTS_ROOTLEVEL) {
      file = checksum_file_new (entry->fts_path, 0);
      file->state = CHECKSUM_FILE_FAILED;
      file->error = g_error_new_literal (G_IO_ERROR, G_IO_ERROR_NOT_REGULAR_FILE, "This is not a regular file");
      g_ptr_array_add (files, file);
    } else {
      self->n_skipped++;
    }
    break;
  }
}

static void
checksum_walk_run (MyThread *thread,
                   GError **error)
{
  ChecksumWalk *self = CHECKSUM_WALK (thread);
  g_autoptr (GPtrArray) files = g_ptr_array_new_with_free_func ((GDestroyNotify) checksum_file_free);
  g_autoptr (FTS) fts = NULL;
  g_auto (GValue) result = G_VALUE_INIT;
  char *roots[] = { self->dir, NULL };
  FTSENT *entry;

  my_thread_set_progress (thread, -1);

  /* DIR itself may be a link; what is under it is taken as it is. */
  fts = fts_open (roots, FTS_PHYSICAL | FTS_COMFOLLOW | FTS_NOCHDIR, NULL);
  while (fts && (entry = fts_read (fts))) {
    if (my_thread_set_error_if_cancelled (thread, error))
      return;

    checksum_walk_take_entry (self, entry, files);
    if (entry->fts_info == FTS_DP) {
      g_autofree char *status = g_strdup_printf ("%u files found", files->len);

      my_thread_set_status (thread, status);
    }
  }
  /* fts_read() sets errno to 0 at the end of the tree. */
  if (errno != 0) {
    g_set_error_literal (error, G_IO_ERROR, g_io_error_from_errno (errno), g_strerror (errno));
    return;
  }

  /* Here, where it is nobody's time. */
  g_ptr_array_sort (files, checksum_file_compare);
  g_value_init (&result, G_TYPE_PTR_ARRAY);
  g_value_set_boxed (&result, files);
  my_thread_set_result (thread, &result);
}

static void
checksum_walk_finalize (GObject *object)
{
  ChecksumWalk *self = CHECKSUM_WALK (object);

  g_free (self->dir);

  G_OBJECT_CLASS (checksum_walk_parent_class)->finalize (object);
}

static void
checksum_walk_class_init (ChecksumWalkClass *klass)
{
  G_OBJECT_CLASS (klass)->finalize = checksum_walk_finalize;
  MY_THREAD_CLASS (klass)->run = checksum_walk_run;
}

static void
checksum_walk_init (ChecksumWalk *self)
{
}

MyThread *
checksum_walk_new (MyThreadGroup *group,
                   const char *dir)
{
  ChecksumWalk *self = g_object_new (CHECKSUM_TYPE_WALK, "name", "walk", "group", group, NULL);

  self->dir = g_strdup (dir);
  return MY_THREAD (self);
}

/* How many links and special files it passed over; after it has finished. */
guint
checksum_walk_get_n_skipped (ChecksumWalk *self)
{
  return self->n_skipped;
}
