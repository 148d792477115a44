#nullable enable
using System;
using System.Net;
using System.Net.Http;
using System.Net.Http.Headers;
using System.Threading.Tasks;
using LoraBridge.Core.Protocol;

namespace LoraBridge.Core.Connection
{
    /// <summary>Asks a daemon for its status by HTTP, to learn whether it is there.</summary>
    internal static class HttpProbe
    {
        static readonly TimeSpan _patience = TimeSpan.FromSeconds(2);

        /// <summary>The status code of <c>GET /status</c>, or null when nobody answers.</summary>
        public static async Task<HttpStatusCode?> Status(Descriptor descriptor)
        {
            // Whatever proxy this machine has, the daemon is not behind it.
            using var client = new HttpClient(new HttpClientHandler { UseProxy = false }) { Timeout = _patience };
            using var request = new HttpRequestMessage(HttpMethod.Get, descriptor.Url + "/status");
            request.Headers.Authorization = new AuthenticationHeaderValue("Bearer", descriptor.Token);
            request.Headers.ConnectionClose = true;
            try
            {
                using var response = await client.SendAsync(request, HttpCompletionOption.ResponseHeadersRead).ConfigureAwait(false);
                return response.StatusCode;
            }
            catch (Exception error) when (error is HttpRequestException || error is OperationCanceledException)
            {
                return null;
            }
        }
    }
}
