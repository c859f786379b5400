//! The ceiling: a server of the same framework that answers a constant.

use std::net::TcpListener;

use actix_web::web::Bytes;
use actix_web::{App, HttpResponse, HttpServer, web};

/// Serves the bodies at `/0`, `/1`, … until the process ends; answers its base address.
pub(crate) fn serve(bodies: Vec<Vec<u8>>) -> String {
    let listener = TcpListener::bind("127.0.0.1:0").expect("a free port");
    let base = format!("http://{}", listener.local_addr().expect("an address"));
    let bodies: Vec<Bytes> = bodies.into_iter().map(Bytes::from).collect();
    std::thread::spawn(move || {
        let server = HttpServer::new(move || {
            let bodies = bodies.clone();
            let answer = move |index: web::Path<usize>| {
                let body = bodies[index.into_inner()].clone();
                async move { HttpResponse::Ok().content_type("application/json").body(body) }
            };
            App::new().route("/{index}", web::get().to(answer))
        });
        let server = server.workers(1).listen(listener).expect("the listener is good").run();
        tokio::runtime::Builder::new_current_thread().enable_all().build().expect("a runtime").block_on(server)
    });
    base
}
