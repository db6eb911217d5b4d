/* Copyright 2026 The MyThread authors
 * SPDX-License-Identifier: LGPL-2.1-or-later
 */

#include "home/my-results-private.h"

#include <pthread.h>
#include <stdatomic.h>

/* Items stay where they are put: in blocks, each twice as long as the one before it. So to publish one more costs the same, however many there are. */
#define FIRST_BLOCK_BITS 6
#define N_BLOCKS (32 - FIRST_BLOCK_BITS)

struct _MyResults {
  GObject parent_instance;

  pthread_mutex_t lock;       /* a leaf */
  gpointer *blocks[N_BLOCKS]; /* [lock] made; [const] while there are items in it, which are [const] once shown */
  guint n_items;              /* [lock] published, and not forgotten */
  guint n_read;               /* [lock] of these, those that next_result() has returned */
  MyResultsMode mode;         /* [lock] const once decided */
  guint n_released;           /* [lock] of these, those that the list has, or is about to have: they are not pending any more */
  guint n_shown;              /* [owner] of these, those that the list has */
};

static void my_results_list_model_init (GListModelInterface *iface);

G_DEFINE_FINAL_TYPE_WITH_CODE (MyResults, my_results, G_TYPE_OBJECT,
                               G_IMPLEMENT_INTERFACE (G_TYPE_LIST_MODEL, my_results_list_model_init))

/* Where the item with this number is. Its block has been made. */
static gpointer *
get_slot (MyResults *self,
          guint number)
{
  guint64 n = (guint64) number + (1 << FIRST_BLOCK_BITS);
  guint bits = 63 - (guint) __builtin_clzll (n);

  return &self->blocks[bits - FIRST_BLOCK_BITS][n - (G_GUINT64_CONSTANT (1) << bits)];
}

static void
make_block (MyResults *self,
            guint number)
{
  guint64 n = (guint64) number + (1 << FIRST_BLOCK_BITS);
  guint bits = 63 - (guint) __builtin_clzll (n);

  if (self->blocks[bits - FIRST_BLOCK_BITS] == NULL) {
    self->blocks[bits - FIRST_BLOCK_BITS] = g_new (gpointer, G_GUINT64_CONSTANT (1) << bits);
  }
}

/* Takes @mode, unless another one was taken before. Returns that which holds. */
MyResultsMode
my_results_choose (MyResults *self,
                   MyResultsMode mode)
{
  pthread_mutex_lock (&self->lock);
  if (self->mode == MY_RESULTS_UNDECIDED) {
    self->mode = mode;
  }
  mode = self->mode;
  pthread_mutex_unlock (&self->lock);

  return mode;
}

/* References are taken. Returns the mode: in that of a queue the list does not grow. @n_results: how many have been published with these. */
MyResultsMode
my_results_append (MyResults *self,
                   gpointer *items,
                   guint n_items,
                   guint *n_results)
{
  MyResultsMode mode;

  for (guint i = 0; i < n_items; i++) {
    g_object_ref (items[i]);
  }
  pthread_mutex_lock (&self->lock);
  for (guint i = 0; i < n_items; i++) {
    make_block (self, self->n_items);
    *get_slot (self, self->n_items++) = items[i];
  }
  mode = self->mode;
  *n_results = self->n_items;
  pthread_mutex_unlock (&self->lock);

  return mode;
}

/* Has those that are left begin at the first slot. */
static void
forget_read (MyResults *self)
{
  for (guint i = self->n_read; i < self->n_items; i++) {
    *get_slot (self, i - self->n_read) = g_steal_pointer (get_slot (self, i));
  }
  self->n_items -= self->n_read;
  self->n_released -= MIN (self->n_read, self->n_released);
  self->n_read = 0;
}

/* The next one that was not read: transfer full, or NULL. In the mode of a queue. @was_pending: whether it was, until now. */
gpointer
my_results_pop (MyResults *self,
                gboolean *was_pending)
{
  gpointer item = NULL;

  pthread_mutex_lock (&self->lock);
  if (self->n_read < self->n_items) {
    *was_pending = self->n_read >= self->n_released;
    item = g_steal_pointer (get_slot (self, self->n_read));
    self->n_read++;
    /* As many steps as were read since the last time. */
    if (self->n_read >= self->n_items - self->n_read) {
      forget_read (self);
    }
  }
  pthread_mutex_unlock (&self->lock);

  return item;
}

gboolean
my_results_has_unread (MyResults *self)
{
  gboolean has_unread;

  pthread_mutex_lock (&self->lock);
  has_unread = self->n_read < self->n_items;
  pthread_mutex_unlock (&self->lock);

  return has_unread;
}

/* The first @n_results are to be shown. Returns how many of them are pending no more; in the mode of a queue none: they will be read. */
guint
my_results_release (MyResults *self,
                    guint n_results)
{
  guint n = 0;

  pthread_mutex_lock (&self->lock);
  if (self->mode != MY_RESULTS_QUEUE && n_results > self->n_released) {
    n = n_results - self->n_released;
    self->n_released = n_results;
  }
  pthread_mutex_unlock (&self->lock);

  return n;
}

/* The list gets what was released; in the mode of a queue it gets, and stays, empty. */
void
my_results_show (MyResults *self)
{
  guint n_before = self->n_shown;

  pthread_mutex_lock (&self->lock);
  self->n_shown = self->mode != MY_RESULTS_QUEUE ? self->n_released : 0;
  pthread_mutex_unlock (&self->lock);

  if (self->n_shown > n_before) {
    g_list_model_items_changed (G_LIST_MODEL (self), n_before, 0, self->n_shown - n_before);
  } else if (self->n_shown < n_before) {
    g_list_model_items_changed (G_LIST_MODEL (self), 0, n_before, 0);
  }
}

/* the list */

static GType
my_results_get_item_type (GListModel *model)
{
  return G_TYPE_OBJECT;
}

static guint
my_results_get_n_items (GListModel *model)
{
  return MY_RESULTS (model)->n_shown;
}

static gpointer
my_results_get_item (GListModel *model,
                     guint position)
{
  MyResults *self = MY_RESULTS (model);
  gpointer item = NULL;

  /* With the lock: somebody may just now be the first to read them as a queue. */
  pthread_mutex_lock (&self->lock);
  if (position < MIN (self->n_shown, self->n_items)) {
    item = *get_slot (self, position);
  }
  if (item != NULL) {
    g_object_ref (item);
  }
  pthread_mutex_unlock (&self->lock);

  return item;
}

static void
my_results_list_model_init (GListModelInterface *iface)
{
  iface->get_item_type = my_results_get_item_type;
  iface->get_n_items = my_results_get_n_items;
  iface->get_item = my_results_get_item;
}

/* the class */

static void
my_results_finalize (GObject *object)
{
  MyResults *self = MY_RESULTS (object);

  for (guint i = self->n_read; i < self->n_items; i++) {
    g_object_unref (*get_slot (self, i));
  }
  for (guint i = 0; i < N_BLOCKS; i++) {
    g_free (self->blocks[i]);
  }
  pthread_mutex_destroy (&self->lock);

  G_OBJECT_CLASS (my_results_parent_class)->finalize (object);
}

static void
my_results_class_init (MyResultsClass *klass)
{
  G_OBJECT_CLASS (klass)->finalize = my_results_finalize;
}

static void
my_results_init (MyResults *self)
{
  pthread_mutex_init (&self->lock, NULL);
}

MyResults *
my_results_new (void)
{
  return g_object_new (MY_TYPE_RESULTS, NULL);
}
