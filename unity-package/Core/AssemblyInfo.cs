#nullable enable
[assembly: System.Runtime.CompilerServices.InternalsVisibleTo("LoraBridge.Core.Tests")]
