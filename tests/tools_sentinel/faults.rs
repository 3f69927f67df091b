//! What may happen to a Redis with fail-over, while clients write and read.

use std::time::{Duration, Instant};

use crate::history::{Addresses, Clients, Record, Watch};
use crate::lab::{Lab, PROXY, REDIS, SENTINEL, cut_off};
use crate::{milliseconds, watch, written, written_through};

/// What came of one fault.
pub(crate) struct Outcome {
    pub(crate) fault: &'static str,
    pub(crate) operations: u64,
    pub(crate) acknowledged: usize,
    pub(crate) lost: usize,
    /// From the fault to the end, the longest time in which nobody's write was taken.
    pub(crate) gap: Duration,
    /// The longest time in which two took writes at once.
    pub(crate) two_masters: Duration,
    /// What the clients on the side of a cut-off master were told was written, what of it is lost, and for how long they were told so.
    pub(crate) minority: (usize, usize, Duration),
}

impl Outcome {
    /// One line for people.
    pub(crate) fn line(&self) -> String {
        let Self { fault, operations, acknowledged, lost, gap, two_masters, minority } = self;
        let (told, gone, span) = minority;
        format!(
            "{fault}: {operations} operations, {acknowledged} acknowledged, {lost} lost, longest gap {gap:.2?}, two masters {two_masters:.2?}, \
             cut off {told} acknowledged in {span:.2?} and {gone} lost"
        )
    }
}

/// A fault with its name.
pub(crate) type Fault = (&'static str, fn(&mut Lab));

/// Runs clients and watchers while something happens, until writes are taken and everything has settled again.
pub(crate) fn during(lab: &mut Lab, (fault, happen): Fault) -> Outcome {
    let label = fault.replace(' ', "-");
    let clients = Clients::start(&label, 4, milliseconds(1), &lab.service, &lab.password());
    let watchers: Watch = watch(lab);
    std::thread::sleep(milliseconds(1000));
    let begun = Instant::now();
    happen(lab);
    let back = written(lab);
    std::thread::sleep(milliseconds(500));
    lab.settle();
    let record = clients.end();
    let (_, two_masters) = watchers.end();
    let lost = lost(lab, &record);
    Outcome {
        fault,
        operations: record.operations,
        acknowledged: record.acknowledged.len(),
        lost,
        gap: record.longest_gap(begun, back),
        two_masters,
        minority: (0, 0, Duration::ZERO),
    }
}

fn lost(lab: &Lab, record: &Record) -> usize {
    let master = lab.master();
    record.lost(&mut lab.client(&master).unwrap()).len()
}

/// The master ends and its container starts again at once, with nothing in its memory.
fn restarted_empty(lab: &mut Lab) {
    let master = lab.master();
    lab.kill(&master);
    std::thread::sleep(milliseconds(500));
    lab.run(&master);
}

/// The master's pod is deleted and comes back with another address.
fn deleted(lab: &mut Lab) {
    let master = lab.master();
    lab.delete(&master);
    std::thread::sleep(milliseconds(1500));
    lab.create(&master);
}

/// The master's pod is gone without a word, and back with another address before anybody takes it for dead.
fn lost_and_back(lab: &mut Lab) {
    let master = lab.master();
    lab.vanish(&master);
    std::thread::sleep(milliseconds(1500));
    lab.create(&master);
}

/// The master stops until another has taken its place, and goes on as if nothing had been.
fn paused(lab: &mut Lab) {
    let master = lab.master();
    lab.signal(&master, "STOP");
    written(lab);
    std::thread::sleep(milliseconds(1000));
    lab.signal(&master, "CONT");
}

/// All sentinels begin anew while another than the first is the master, and then that one dies.
fn sentinels_forget(lab: &mut Lab) {
    for pod in lab.of(SENTINEL) {
        lab.vanish(&pod);
    }
    for pod in lab.of(SENTINEL) {
        lab.create(&pod);
    }
    lab.settle();
    let master = lab.master();
    lab.kill(&master);
    written(lab);
    lab.run(&master);
}

/// Every pod is replaced, one after the other, as a rollout does it: the last first, each when the one before is ready.
fn rollout(lab: &mut Lab) {
    for workload in [REDIS, SENTINEL, PROXY] {
        for pod in lab.of(workload).into_iter().rev() {
            lab.delete(&pod);
            lab.create(&pod);
            let end = Instant::now() + Duration::from_secs(30);
            while !lab.ready(&pod) {
                assert!(Instant::now() < end, "{pod} is not ready: {}", lab.log(&pod));
                std::thread::sleep(milliseconds(100));
            }
            // As `minReadySeconds` and the proxies' initial delay ask for, shortened where nothing depends on it.
            std::thread::sleep(milliseconds(if workload == REDIS { 1000 } else { 3000 }));
        }
    }
}

/// Every look-up of a name takes a while, and the master dies.
fn slow_names(lab: &mut Lab) {
    lab.names.delay(50);
    let master = lab.master();
    lab.kill(&master);
    written(lab);
    lab.names.delay(0);
    lab.run(&master);
}

/// The name server is silent when the master dies, and for fifteen seconds after that: sentinels wait for it, then mistrust
/// their clocks for half a minute, and by then no replica had a master for longer than they accept.
fn no_names_and_no_master(lab: &mut Lab) {
    lab.names.delay(crate::names::SILENT);
    without_master(lab, |lab| {
        std::thread::sleep(Duration::from_secs(15));
        lab.names.delay(0);
    });
}

/// All sentinels stand still when the master dies, and for 45 seconds.
fn sentinels_stand_still(lab: &mut Lab) {
    for pod in lab.of(SENTINEL) {
        lab.signal(&pod, "STOP");
    }
    without_master(lab, |lab| {
        std::thread::sleep(Duration::from_secs(45));
        for pod in lab.of(SENTINEL) {
            lab.signal(&pod, "CONT");
        }
    });
}

/// All sentinels are gone when the master dies, and new ones begin after a minute.
fn sentinels_come_late(lab: &mut Lab) {
    for pod in lab.of(SENTINEL) {
        lab.vanish(&pod);
    }
    without_master(lab, |lab| {
        std::thread::sleep(Duration::from_secs(60));
        for pod in lab.of(SENTINEL) {
            lab.create(&pod);
        }
    });
}

/// The master dies, something happens, and another one takes writes although all sentinels noticed late.
fn without_master(lab: &mut Lab, happen: impl Fn(&mut Lab)) {
    let master = lab.master();
    lab.kill(&master);
    happen(lab);
    written(lab);
    let raised = |pod: &String| lab.log(pod).contains("no replica would be taken");
    assert!(lab.of(SENTINEL).iter().any(raised), "they noticed in time, so this says nothing");
    lab.run(&master);
}

/// The name server is silent for ten seconds, in which nothing else happens.
fn no_names(lab: &mut Lab) {
    lab.names.delay(crate::names::SILENT);
    std::thread::sleep(Duration::from_secs(10));
    lab.names.delay(0);
}

/// Two of three zones are gone, the master's among them, and come back after ten seconds. Only in a lab that has just begun:
/// the first pod is the one that would make itself the master again.
fn two_zones(lab: &mut Lab) {
    assert_eq!(lab.master(), lab.of(REDIS)[0]);
    let gone: Vec<String> =
        [REDIS, SENTINEL].iter().flat_map(|set| [0, 1].map(|zone| format!("{set}-{zone}"))).collect();
    for pod in &gone {
        lab.vanish(pod);
    }
    std::thread::sleep(Duration::from_secs(10));
    for pod in &gone {
        lab.create(pod);
    }
}

/// Every pod is gone at once, and all come back with other addresses.
fn everything(lab: &mut Lab) {
    for pod in lab.all() {
        lab.vanish(&pod);
    }
    std::thread::sleep(milliseconds(1000));
    for pod in lab.all() {
        lab.create(&pod);
    }
}

/// Faults after which everything that was acknowledged is there.
pub(crate) const HARMLESS: [Fault; 10] = [
    ("two zones of three", two_zones),
    ("master restarted empty", restarted_empty),
    ("master's pod deleted", deleted),
    ("master's pod lost and back", lost_and_back),
    ("master paused", paused),
    ("sentinels with empty state", sentinels_forget),
    ("slow names", slow_names),
    ("no names", no_names),
    ("no names and no master", no_names_and_no_master),
    ("rollout of everything", rollout),
];

/// Faults that sentinels notice so late that they would take no replica any more.
pub(crate) const BLIND: [Fault; 3] = [
    ("no names and no master", no_names_and_no_master),
    ("sentinels stand still, no master", sentinels_stand_still),
    ("sentinels come late, no master", sentinels_come_late),
];

/// What takes every copy of everything away that is not on a disk.
pub(crate) const GRAVE: Fault = ("everything at once", everything);

/// The master, one proxy and its clients are cut off from all others, for seven seconds longer than the others need to have
/// another master.
pub(crate) fn partition(lab: &mut Lab) -> Outcome {
    let clients = Clients::start("majority", 4, milliseconds(1), &lab.service, &lab.password());
    let proxies = lab.of(PROXY);
    let beside = Addresses::default();
    *beside.lock().unwrap() = vec![lab.address(&proxies[0])];
    let cut = Clients::start("minority", 2, milliseconds(4), &beside, &lab.password());
    let watchers = watch(lab);
    std::thread::sleep(milliseconds(1000));
    let begun = Instant::now();
    let master = lab.master();
    *lab.service.lock().unwrap() = proxies[1..].iter().map(|proxy| lab.address(proxy)).collect();
    *beside.lock().unwrap() = vec![cut_off(lab.address(&proxies[0]))];
    lab.cut(&[&master, &proxies[0]], true);
    written_through(lab, &proxies[1..]);
    std::thread::sleep(Duration::from_secs(7));
    lab.cut(&[&master, &proxies[0]], false);
    let healed = Instant::now();
    *beside.lock().unwrap() = vec![lab.address(&proxies[0])];
    let back = written(lab);
    lab.settle();
    let (record, cut) = (clients.end(), cut.end());
    let (_, two_masters) = watchers.end();
    let told: Vec<_> = cut.acknowledged.iter().filter(|write| write.at > begun && write.at < healed).collect();
    let span = told.last().map_or(Duration::ZERO, |last| last.at - begun);
    Outcome {
        fault: "master cut off",
        operations: record.operations + cut.operations,
        acknowledged: record.acknowledged.len(),
        lost: lost(lab, &record),
        gap: record.longest_gap(begun, back),
        two_masters,
        minority: (told.len(), lost(lab, &cut), span),
    }
}
