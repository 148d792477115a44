#nullable enable
using System;
using System.Net;
using System.Net.Http;
using System.Net.Http.Headers;
using System.Threading.Tasks;
using LoraBridge.Core.Protocol;

namespace LoraBridge.Core.Connection
{
    /// <summary>What is asked of a daemon by HTTP: its status, to learn whether it is there, and its files.</summary>
    public static class DaemonHttp
    {
        static readonly TimeSpan _statusTimeout = TimeSpan.FromSeconds(2);
        static readonly TimeSpan _transferTimeout = TimeSpan.FromSeconds(30);

        /// <summary>The status code of <c>GET /status</c>, or null when nobody answers.</summary>
        internal static async Task<HttpStatusCode?> Status(Descriptor descriptor)
        {
            try
            {
                using var client = Client(_statusTimeout);
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
        /// A file of the daemon's, by the path that one of its messages gave. Throws <c>resource.connection.lost</c> when nobody answers,
        /// <c>state.access.denied</c>, and <c>input.file.missing</c> when the daemon does not have it any more.
        /// </summary>
        public static async Task<byte[]> Get(Descriptor descriptor, string path)
        {
            try
            {
                using var client = Client(_transferTimeout);
                using var request = Request(descriptor, path);
                using var response = await client.SendAsync(request).ConfigureAwait(false);
                if (response.IsSuccessStatusCode) return await response.Content.ReadAsByteArrayAsync().ConfigureAwait(false);
                var isDenied = response.StatusCode == HttpStatusCode.Unauthorized || response.StatusCode == HttpStatusCode.Forbidden;
                throw new LoraBridgeException(isDenied ? "state.access.denied" : "input.file.missing",
                    $"The daemon did not give {path} ({(int)response.StatusCode}).", file: path);
            }
            catch (Exception error) when (IsUnreachable(error))
            {
                throw ConnectionError.Lost(error);
            }
        }

        static bool IsUnreachable(Exception error) => error is HttpRequestException || error is OperationCanceledException;

        // Whatever proxy this machine has, the daemon is not behind it, and its token is none of the proxy's business.
        static HttpClient Client(TimeSpan timeout) => new HttpClient(new HttpClientHandler { UseProxy = false }) { Timeout = timeout };

        static HttpRequestMessage Request(Descriptor descriptor, string path)
        {
            var request = new HttpRequestMessage(HttpMethod.Get, descriptor.Url + path);
            request.Headers.Authorization = new AuthenticationHeaderValue("Bearer", descriptor.Token);
            return request;
        }
    }
}
