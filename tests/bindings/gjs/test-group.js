/* Copyright 2026 The MyThread authors
 * SPDX-License-Identifier: LGPL-2.1-or-later
 *
 * A group as JavaScript sees it: a list model.
 */

import Counter from 'gi://Counter?version=1.0';
import Gio from 'gi://Gio';
import MyThread from 'gi://MyThread?version=1.0';

import {equal, failure, items, ok, run} from './tap.js';

Gio._promisify(MyThread.ThreadGroup.prototype, 'join_async', 'join_finish');

async function testListModel() {
    const group = new MyThread.ThreadGroup({name: 'group'});
    const changes = [];

    ok(group instanceof Gio.ListModel);
    group.connect('items-changed', (_, ...change) => changes.push(change.join(' ')));
    for (const name of ['first', 'second'])
        new Counter.Thread({group, name, to: 1, waits: true}).start();

    equal(changes, ['0 0 1', '1 0 1']);
    equal(group.get_n_items(), 2);
    equal(group.get_item(1).name, 'second');
    equal(items(group).map(thread => thread.name), ['first', 'second']);
    equal(group.enumerate().map(thread => thread.name), ['first', 'second']);

    group.cancel();
    ok(await group.join_async(null));
    equal(group.get_n_items(), 0);
}

async function testProgress() {
    const group = new MyThread.ThreadGroup({name: 'group', keep_finished: true, max_running: 1});
    let last = 0;

    group.connect('notify::progress', () => {
        last = group.progress;
    });
    for (let to = 1; to <= 3; to++)
        new Counter.Thread({group, to}).start();
    await group.join_async(null);
    equal(last, 1);
    equal([1, 2, 3].map(() => group.join_next(0).get_result()[1]), [1, 3, 6]);
}

async function testFailure() {
    const group = new MyThread.ThreadGroup({name: 'group', cancel_on_error: true});
    const messages = [];

    group.connect('thread-failed', (_, thread, error) => messages.push(`${thread.name}: ${error.message}`));
    new Counter.Thread({group, to: 1, waits: true}).start();
    new Counter.Thread({group, name: 'culprit', to: 0}).start();
    const error = await failure(() => group.join_async(null));
    equal(error.message, 'nothing to count');
    equal(messages, ['culprit: nothing to count']);
}

run(testListModel, testProgress, testFailure);
