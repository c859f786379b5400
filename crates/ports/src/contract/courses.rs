//! Courses: each among those of its owner alone.

use kalends_domain::course::{Course, CourseId};
use kalends_domain::id::UserId;
use uuid::Uuid;

use super::fixtures::{later, now, stored_user};
use super::{AnyStore, assert_duplicate, assert_missing, assert_stale, refused, write};
use crate::{Change, Counted, Unique};

fn course_id(text: &str) -> CourseId {
    text.parse().expect("a good id")
}

fn course(owner: UserId, id: &str) -> Course {
    let (name, code) = ("Биология \"101\"".to_owned(), Some("BIO101".to_owned()));
    Course { owner, id: course_id(id), name, code, created_at: now(), updated_at: now(), version: 1 }
}

async fn found(store: &AnyStore, owner: UserId, id: &str) -> Option<Course> {
    store.find_course(owner, &course_id(id)).await.unwrap()
}

/// Courses come back as they were written, change by version, and are seen by their owner alone.
pub async fn courses(store: AnyStore) {
    let store = &store;
    let [ann, bea] = [stored_user(store).await.id, stored_user(store).await.id];
    let first = course(ann, "a/b ü");
    write(store, [Change::InsertCourse(first.clone())]).await;
    assert_eq!(found(store, ann, "a/b ü").await, Some(first.clone()));
    assert_eq!(found(store, bea, "a/b ü").await, None, "nobody else sees it");
    assert_eq!(found(store, ann, "A/B ü").await, None, "an id is what it is, letter by letter");
    assert_duplicate(&refused(store, [Change::InsertCourse(first.clone())]).await, Unique::Course);
    let theirs = course(bea, "a/b ü");
    write(store, [Change::InsertCourse(theirs.clone())]).await;
    assert_missing(&refused(store, [Change::InsertCourse(course(UserId(Uuid::now_v7()), "x"))]).await);

    let bare = Course { name: "Bio".to_owned(), code: None, updated_at: later(1), version: 2, ..first.clone() };
    write(store, [Change::UpdateCourse { course: bare.clone(), expected: 1 }]).await;
    assert_eq!(found(store, ann, "a/b ü").await, Some(bare.clone()));
    assert_stale(&refused(store, [Change::UpdateCourse { course: bare.clone(), expected: 1 }]).await);
    assert_stale(&refused(store, [Change::UpdateCourse { course: course(ann, "none"), expected: 1 }]).await);
    assert_eq!(found(store, bea, "a/b ü").await, Some(theirs.clone()), "nobody else's changes");

    let all: Vec<Course> = ["z", "c", "b"]
        .into_iter()
        .zip(1..)
        .map(|(id, n)| Course { created_at: later(n), ..course(ann, id) })
        .collect();
    write(store, all.iter().cloned().map(Change::InsertCourse)).await;
    let counted = |items: &[&Course]| Counted { items: items.iter().map(|&course| course.clone()).collect(), total: 4 };
    assert_eq!(
        store.list_courses(ann, 0, 2).await.unwrap(),
        counted(&[&bare, &all[0]]),
        "in the order of their making"
    );
    assert_eq!(store.list_courses(ann, 2, 9).await.unwrap(), counted(&[&all[1], &all[2]]));
    assert_eq!(store.list_courses(ann, 4, 9).await.unwrap(), counted(&[]));
    let ids = ["c", "nobody", "z"].map(course_id).to_vec();
    let mut named = store.list_courses_by_id(ann, ids).await.unwrap();
    named.sort_by(|a, b| a.id.cmp(&b.id));
    assert_eq!(named, [all[1].clone(), all[0].clone()]);
    assert_eq!(store.list_courses_by_id(ann, Vec::new()).await.unwrap(), Vec::new());

    let remove = |expected| Change::RemoveCourse { owner: ann, id: course_id("a/b ü"), expected };
    assert_stale(&refused(store, [remove(1)]).await);
    write(store, [remove(2)]).await;
    assert_eq!(found(store, ann, "a/b ü").await, None);
    assert_stale(&refused(store, [remove(2)]).await);
    write(store, [Change::RemoveCoursesOf(ann)]).await;
    assert_eq!(store.list_courses(ann, 0, 9).await.unwrap().total, 0);
    assert_eq!(found(store, bea, "a/b ü").await, Some(theirs));
}
