//! Starting the server and stopping it: requests in flight finish, for ten seconds at most.

use std::net::SocketAddr;
use std::time::Duration;

use actix_web::dev::{Server, ServerHandle};
use actix_web::web::ServiceConfig;
use actix_web::{App as Service, HttpServer};
use tokio::net::TcpSocket;
use tokio::signal::unix::{SignalKind, signal};

use super::{Surface, configure, metrics};
use crate::app::App;
use crate::config::Config;
use crate::text;

const STOP_WITHIN_SECONDS: u64 = 10;
const READ_HEAD_WITHIN: Duration = Duration::from_secs(10);
/// Time for a body to arrive.
pub(super) const READ_BODY_WITHIN: Duration = Duration::from_secs(10);
const KEEP_ALIVE: Duration = Duration::from_secs(75);

/// Whether [`run`] will find its addresses free. Nobody can connect before it.
///
/// # Errors
/// When another program listens on one of them.
pub fn check_free(config: &Config) -> std::io::Result<()> {
    for address in [Some(config.listen), config.admin_listen, config.metrics_listen].into_iter().flatten() {
        let bind = || {
            let socket = if address.is_ipv4() { TcpSocket::new_v4()? } else { TcpSocket::new_v6()? };
            // Else connections of a server that has just stopped would count.
            socket.set_reuseaddr(true)?;
            socket.bind(address)
        };
        bind().map_err(|cause| taken(address, &cause))?;
    }
    Ok(())
}

/// Serves until SIGTERM or SIGINT.
///
/// # Errors
/// When an address cannot be listened on.
pub async fn run(app: App) -> std::io::Result<()> {
    let config = &app.config;
    let mut servers = match config.admin_listen {
        None => vec![listen(&app, config.listen, Surface::Everything)?],
        Some(admin) => vec![
            listen(&app, config.listen, Surface::Machines)?,
            listen(&app, admin, Surface::Administration)?,
        ],
    };
    if let Some(address) = config.metrics_listen {
        servers.push(serve(address, 1, metrics::configure(&app))?);
    }
    stop_on_signal(servers.iter().map(Server::handle).collect())?;
    let running: Vec<_> = servers.into_iter().map(tokio::spawn).collect();
    for server in running {
        server.await.map_err(std::io::Error::other)??;
    }
    Ok(())
}

/// Serves a surface at that address, within time limits. Signals are left to the caller.
///
/// # Errors
/// When the address cannot be listened on.
pub fn listen(app: &App, address: SocketAddr, surface: Surface) -> std::io::Result<Server> {
    serve(address, app.config.workers, configure(app, surface))
}

fn serve(
    address: SocketAddr,
    workers: usize,
    configure: impl Fn(&mut ServiceConfig) + Clone + Send + 'static,
) -> std::io::Result<Server> {
    let server = HttpServer::new(move || Service::new().configure(configure.clone()))
        .workers(workers)
        .client_request_timeout(READ_HEAD_WITHIN)
        .keep_alive(KEEP_ALIVE)
        // Whoever hangs up takes the request along, also the one that was passed on.
        .h1_allow_half_closed(false)
        .shutdown_timeout(STOP_WITHIN_SECONDS)
        .disable_signals()
        .bind(address)
        .map_err(|cause| taken(address, &cause))?
        .run();
    log::info!("listening on {address}");
    Ok(server)
}

fn taken(address: SocketAddr, cause: &std::io::Error) -> std::io::Error {
    let values = [("address", address.to_string().into()), ("cause", cause.to_string().into())];
    std::io::Error::new(cause.kind(), text::with("start-listen", &values))
}

/// Both signals mean the same here; the framework's own handling would drop requests on SIGINT.
fn stop_on_signal(handles: Vec<ServerHandle>) -> std::io::Result<()> {
    let mut terminate = signal(SignalKind::terminate())?;
    let mut interrupt = signal(SignalKind::interrupt())?;
    tokio::spawn(async move {
        let terminated = std::pin::pin!(terminate.recv());
        let interrupted = std::pin::pin!(interrupt.recv());
        either(terminated, interrupted).await;
        log::info!("stopping: requests in flight have {STOP_WITHIN_SECONDS} seconds");
        for handle in handles {
            tokio::spawn(async move { handle.stop(true).await });
        }
    });
    Ok(())
}

async fn either<A, B>(mut first: std::pin::Pin<&mut A>, mut second: std::pin::Pin<&mut B>)
where
    A: Future,
    B: Future,
{
    std::future::poll_fn(|context| {
        let is_over = first.as_mut().poll(context).is_ready() || second.as_mut().poll(context).is_ready();
        if is_over { std::task::Poll::Ready(()) } else { std::task::Poll::Pending }
    })
    .await;
}
