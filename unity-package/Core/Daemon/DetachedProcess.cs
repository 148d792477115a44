#nullable enable
using System;
using System.ComponentModel;
using System.Diagnostics;
using System.Globalization;
using System.IO;
using System.Linq;
using System.Threading.Tasks;
using LoraBridge.Core.Protocol;
using Newtonsoft.Json;
using Newtonsoft.Json.Linq;

namespace LoraBridge.Core.Daemon
{
    /// <summary>
    /// A process that outlives a domain reload and the editor. Node starts it: it does so in one way on all platforms, with a session of
    /// its own and no pipe to us, and is needed anyway. Node stays for as long as this object does, to tell of an early end.
    /// </summary>
    internal sealed class DetachedProcess : IDisposable
    {
        // By way of the environment, since Mono ignores ArgumentList, and every system quotes in another way.
        const string ScriptVariable = "LORA_BRIDGE_STARTER", ArgumentsVariable = "LORA_BRIDGE_START";

        // The data folder is made here, for its owner only. Scripts, npm's links to them included, are run by this very Node, whatever
        // PATH says, with the options that their first line asks for.
        const string Script = @"
const fs = require('fs'), path = require('path');
const { LORA_BRIDGE_STARTER, LORA_BRIDGE_START, ...rest } = process.env;
const [log, given, ...args] = JSON.parse(LORA_BRIDGE_START);
const program = fs.realpathSync(given);
const isScript = /\.[cm]?js$/i.test(program), shell = /\.(cmd|bat)$/i.test(program);
fs.mkdirSync(path.dirname(path.dirname(log)), { recursive: true, mode: 0o700 });
fs.mkdirSync(path.dirname(log), { recursive: true });
const out = fs.openSync(log, 'a');
const [, options] = isScript ? /^#!.*\bnode\b(.*)/.exec(fs.readFileSync(program, 'utf8')) || [] : [];
const scriptArgs = [...(options || '').split(/\s+/).filter(Boolean), program, ...args];
const env = { ...rest, PATH: path.dirname(process.execPath) + path.delimiter + process.env.PATH };
const child = require('child_process').spawn(
  isScript ? process.execPath : shell ? '""' + program + '""' : program, isScript ? scriptArgs : args,
  { detached: true, windowsHide: true, shell, env, stdio: ['ignore', out, out] });
child.on('error', (error) => { console.error(error.message); process.exit(1); });
child.on('exit', () => process.exit());
child.on('spawn', () => console.log(shell ? 0 : child.pid));
process.stdin.on('data', () => child.kill('SIGKILL'));
process.stdin.on('end', () => process.exit());
";

        readonly Process _starter;
        readonly Task<string> _end;

        /// <summary>Its process id; 0 when a shell is between.</summary>
        public int Id { get; }

        DetachedProcess(Process starter, int id)
        {
            _starter = starter;
            Id = id;
            _end = starter.StandardOutput.ReadToEndAsync();
        }

        /// <summary>Whether it has ended. Never true after <see cref="Dispose"/>.</summary>
        public bool HasEnded => _end.IsCompleted;

        /// <summary>
        /// Starts <paramref name="program"/>; what it prints is added to <paramref name="log"/>. Throws <c>resource.node.missing</c> when
        /// Node does not run, <c>resource.package.missing</c> when the program does not.
        /// </summary>
        public static async Task<DetachedProcess> Start(string node, string log, string program, params string[] arguments)
        {
            var start = new ProcessStartInfo(node, $"-e \"eval(process.env.{ScriptVariable})\"")
            {
                UseShellExecute = false,
                CreateNoWindow = true,
                RedirectStandardInput = true,
                RedirectStandardOutput = true,
                RedirectStandardError = true,
            };
            start.Environment[ScriptVariable] = Script;
            start.Environment[ArgumentsVariable] = new JArray(new[] { log, program }.Concat(arguments)).ToString(Formatting.None);
            Process starter;
            try
            {
                starter = Process.Start(start)!;
            }
            catch (Win32Exception error)
            {
                throw new LoraBridgeException("resource.node.missing", $"{node} could not be started: {error.Message}",
                    "Give the path of Node.js in Project Settings > LoRA Bridge.", node, error);
            }
            var line = await starter.StandardOutput.ReadLineAsync().ConfigureAwait(false);
            if (int.TryParse(line, NumberStyles.None, CultureInfo.InvariantCulture, out var id)) return new DetachedProcess(starter, id);
            var complaint = await starter.StandardError.ReadToEndAsync().ConfigureAwait(false);
            starter.Dispose();
            throw new LoraBridgeException("resource.package.missing", $"{program} could not be started: {complaint.Trim()}",
                "Install it anew with `npm install -g lora-bridge`, or correct its path in Project Settings > LoRA Bridge.", program);
        }

        /// <summary>Ends it at once, if it still runs.</summary>
        public void Kill()
        {
            try
            {
                _starter.StandardInput.WriteLine("kill");
                _starter.StandardInput.Flush();
                _starter.WaitForExit(1000);
            }
            catch (IOException)
            {
                // It has ended by itself.
            }
        }

        /// <summary>Leaves it to itself.</summary>
        public void Dispose()
        {
            try
            {
                _starter.StandardInput.Dispose();
            }
            catch (IOException)
            {
                // It has ended by itself.
            }
            _starter.Dispose();
        }
    }
}
