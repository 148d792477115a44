using NUnit.Framework;

// A domain reload is an AppDomain unloaded, which .NET cannot do.
[assembly: Platform("Mono")]
