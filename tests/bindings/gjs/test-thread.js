/* Copyright 2026 The MyThread authors
 * SPDX-License-Identifier: LGPL-2.1-or-later
 *
 * Threads that are written in C, as JavaScript sees them.
 */

import Counter from 'gi://Counter?version=1.0';
import Gio from 'gi://Gio';
import MyThread from 'gi://MyThread?version=1.0';
import System from 'system';

import {equal, failure, ok, run} from './tap.js';

Gio._promisify(Gio.Subprocess.prototype, 'communicate_utf8_async');
Gio._promisify(MyThread.Thread.prototype, 'join_async', 'join_finish');
Gio._promisify(MyThread.ThreadGroup.prototype, 'join_async', 'join_finish');

function testJoin() {
    const thread = new Counter.Thread({name: 'counter', to: 100});

    equal(thread.state, MyThread.ThreadState.NEW);
    ok(thread.start());
    ok(thread.join());
    equal(thread.state, MyThread.ThreadState.SUCCEEDED);
    equal(thread.name, 'counter');
    equal(thread.get_result(), [true, 5050]);
}

async function testJoinAsync() {
    const thread = new Counter.Thread({to: 100});

    thread.start();
    ok(await thread.join_async(null));
    equal(thread.get_result()[1], 5050);
}

async function testSignalsAndProperties() {
    const thread = new Counter.Thread({to: 1000});
    const log = [];
    let progress = 0;

    thread.connect('started', () => log.push('started'));
    thread.connect('finished', () => log.push('finished'));
    thread.connect('notify::progress', () => {
        // On the thread of JavaScript, or GJS would have refused to call it.
        equal(MyThread.Thread.get_current(), MyThread.Thread.get_main());
        ok(thread.progress >= progress);
        progress = thread.progress;
    });
    thread.start();
    await thread.join_async(null);
    equal(log, ['started', 'finished']);
    equal(progress, 1);
    equal(thread.status, 'at 1000');
}

async function testCancel() {
    const thread = new Counter.Thread({to: 1, waits: true});

    thread.start();
    ok(thread.is_alive());
    thread.cancel();
    const error = await failure(() => thread.join_async(null));
    ok(error.matches(Gio.IOErrorEnum, Gio.IOErrorEnum.CANCELLED));
    equal(thread.state, MyThread.ThreadState.CANCELLED);
}

async function testAWaitThatIsCancelled() {
    const thread = new Counter.Thread({to: 1, waits: true});
    const cancellable = new Gio.Cancellable();

    thread.start();
    const joined = thread.join_async(cancellable);
    cancellable.cancel();
    ok((await failure(() => joined)).matches(Gio.IOErrorEnum, Gio.IOErrorEnum.CANCELLED));
    ok(thread.is_alive());

    thread.cancel();
    await failure(() => thread.join_async(null));
    ok(!thread.is_alive());
}

async function testFailure() {
    const thread = new Counter.Thread({to: 0});

    thread.start();
    const error = await failure(() => thread.join_async(null));
    ok(error.matches(Gio.IOErrorEnum, Gio.IOErrorEnum.INVALID_ARGUMENT));
    equal(error.message, 'nothing to count');
    equal(thread.state, MyThread.ThreadState.FAILED);
}

async function testPool() {
    const pool = new MyThread.ThreadPool({name: 'counters', max_threads: 2});
    const first = new Counter.Thread({to: 100});
    const second = new Counter.Thread({to: 1000, executor: pool});

    ok(pool.submit(first));
    ok(second.start());
    ok(await first.join_async(null));
    ok(second.join());
    equal([first.get_result()[1], second.get_result()[1]], [5050, 500500]);
    ok(pool.shutdown(MyThread.ShutdownMode.DRAIN));
    equal(pool.n_completed, 2);
    ok((await failure(() => pool.submit(new Counter.Thread()))).matches(MyThread.ThreadError, MyThread.ThreadError.SHUT_DOWN));
}

async function testErrorsOfTheLibrary() {
    const thread = new Counter.Thread({to: 1, waits: true});
    const thrown = async (code, func) => ok((await failure(func)).matches(MyThread.ThreadError, code));

    await thrown(MyThread.ThreadError.NOT_STARTED, () => thread.join());
    thread.start();
    await thrown(MyThread.ThreadError.ALREADY_STARTED, () => thread.start());
    await thrown(MyThread.ThreadError.TIMED_OUT, () => thread.join_timeout(1000));
    thread.cancel();
    await failure(() => thread.join());
}

async function testABinding() {
    const thread = new Counter.Thread({to: 10});
    const shown = new Gio.SimpleAction({name: 'shown', enabled: true});

    thread.bind_property_full('progress', shown, 'enabled', 0, (_, progress) => [true, progress < 1], null);
    thread.start();
    await thread.join_async(null);
    equal(shown.enabled, false);
}

/* Threads that JavaScript lets go while they run. */
async function testGarbage() {
    const group = new MyThread.ThreadGroup({name: 'garbage'});
    let nFinished = 0;

    for (let i = 0; i < 200; i++) {
        const thread = new Counter.Thread({group, to: 10});

        thread.connect('finished', () => nFinished++);
        thread.start();
    }
    System.gc();
    ok(await group.join_async(null));
    System.gc();
    equal(nFinished, 200);
}

/* The program in the documentation. */
async function testDocumentation() {
    const page = Gio.File.new_for_uri(import.meta.url).resolve_relative_path('../../../../docs/gjs.md');
    const [, text] = page.load_contents(null);
    const [, program] = new TextDecoder().decode(text).match(/^```js\n(.*?)^```$/ms);
    const [file, stream] = Gio.File.new_tmp('mythread-XXXXXX.js');

    try {
        stream.output_stream.write_all(program, null);
        stream.close(null);
        const process = Gio.Subprocess.new(['gjs', '-m', file.get_path()], Gio.SubprocessFlags.STDOUT_PIPE);
        const [output] = await process.communicate_utf8_async(null, null);
        ok(process.get_successful());
        equal(output.trim().split('\n').slice(-2), ['100 %', '5050']);
    } finally {
        file.delete(null);
    }
}

run(
    testJoin,
    testJoinAsync,
    testSignalsAndProperties,
    testCancel,
    testAWaitThatIsCancelled,
    testFailure,
    testPool,
    testErrorsOfTheLibrary,
    testABinding,
    testGarbage,
    testDocumentation
);
