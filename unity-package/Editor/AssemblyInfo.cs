#nullable enable
using System.Runtime.CompilerServices;

[assembly: InternalsVisibleTo("LoraBridge.Editor.Tests")]
[assembly: InternalsVisibleTo("LoraBridge.DeclaredUnity.Tests")]
