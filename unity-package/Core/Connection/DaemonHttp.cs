#nullable enable
using System;
using System.Net;
using System.Net.Http;
using System.Net.Http.Headers;
using System.Threading.Tasks;
using LoraBridge.Core.Protocol;

namespace LoraBridge.Core.Connection
{
    /// <summary>HTTP requests to a daemon: its status, to find out whether it runs, and its files.</summary>
    public static class DaemonHttp
    {
        static readonly TimeSpan StatusTimeout = TimeSpan.FromSeconds(2);
        static readonly TimeSpan TransferTimeout = TimeSpan.FromSeconds(30);

        /// <summary>The status code of <c>GET /status</c>, or null when there is no answer.</summary>
        internal static async Task<HttpStatusCode?> Status(Descriptor descriptor)
        {
            try
            {
                using var client = Client(StatusTimeout);
                using var request = Request(descriptor, "/status");
                request.Headers.ConnectionClose = true;
                using var response = await client.SendAsync(request, HttpCompletionOption.ResponseHeadersRead).ConfigureAwait(false);
                return response.StatusCode;
            }
            catch (Exception error) when (IsUnreachable(error))
            {
                return null;
            }
        }

        /// <summary>
        /// A file of the daemon's, by a path from one of its messages. Throws <c>resource.connection.lost</c> when there is no answer,
        /// <c>state.access.denied</c>, and <c>input.file.missing</c> when the daemon no longer has it.
        /// </summary>
        public static async Task<byte[]> Get(Descriptor descriptor, string path)
        {
            try
            {
                using var client = Client(TransferTimeout);
                using var request = Request(descriptor, path);
                using var response = await client.SendAsync(request).ConfigureAwait(false);
                if (response.IsSuccessStatusCode) return await response.Content.ReadAsByteArrayAsync().ConfigureAwait(false);
                var isDenied = response.StatusCode == HttpStatusCode.Unauthorized || response.StatusCode == HttpStatusCode.Forbidden;
                throw new LoraBridgeException(isDenied ? "state.access.denied" : "input.file.missing",
                    $"The daemon did not return {path} ({(int)response.StatusCode}).", file: path);
            }
            catch (Exception error) when (IsUnreachable(error))
            {
                throw ConnectionError.Lost(error);
            }
        }

        static bool IsUnreachable(Exception error) => error is HttpRequestException || error is OperationCanceledException;

        // The daemon is never behind a proxy, and a proxy must not see its token.
        static HttpClient Client(TimeSpan timeout) => new HttpClient(new HttpClientHandler { UseProxy = false }) { Timeout = timeout };

        static HttpRequestMessage Request(Descriptor descriptor, string path)
        {
            var request = new HttpRequestMessage(HttpMethod.Get, descriptor.Url + path);
            request.Headers.Authorization = new AuthenticationHeaderValue("Bearer", descriptor.Token);
            return request;
        }
    }
}
