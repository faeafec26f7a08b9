"""From a topology file to channel configuration, genesis block, join and chaincode lifecycle."""
